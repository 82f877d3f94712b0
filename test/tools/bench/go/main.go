// The requests of one pass over many clusters, as a controller in Go makes them: client-go and client_golang, and nothing done with the answers.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/api"
	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
)

// Work is what the benchmark asks for, on stdin.
type Work struct {
	URLs        []string `json:"urls"`
	Address     string   `json:"address"`
	CA          string   `json:"ca"`
	Token       string   `json:"token"`
	Proxy       string   `json:"proxy"`
	Group       string   `json:"group"`
	Version     string   `json:"version"`
	Plurals     []string `json:"plurals"`
	Concurrency int      `json:"concurrency"`
}

func main() {
	var work Work
	must(json.NewDecoder(os.Stdin).Decode(&work))
	places := make(chan string)
	var workers sync.WaitGroup
	for range work.Concurrency {
		workers.Go(func() {
			for url := range places {
				must(pass(work, url))
			}
		})
	}
	for _, url := range work.URLs {
		places <- url
	}
	close(places)
	workers.Wait()
	var used syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	fmt.Println(time.Duration(used.Utime.Nano()+used.Stime.Nano()).Seconds() * 1000)
}

// pass asks one cluster, with all requests under way at one time.
func pass(work Work, url string) error {
	config := &rest.Config{Host: url, BearerToken: work.Token, QPS: -1, Dial: dialer(work.Address)}
	// Text before a certificate means nothing, and tells the authority of this cluster from that of the next: client-go shares what is equal.
	config.CAData = []byte("# " + url + "\n" + work.CA)
	httpClient, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	kubernetes, err := dynamic.NewForConfigAndClient(config, httpClient)
	if err != nil {
		return err
	}
	client, err := api.NewClient(api.Config{Address: url + work.Proxy, Client: httpClient})
	if err != nil {
		return err
	}
	source := prometheus.NewAPI(client)
	requests := []func(context.Context) error{
		func(ctx context.Context) error { _, err := source.Alerts(ctx); return err },
		func(ctx context.Context) error { _, err := source.Rules(ctx, nil); return err },
		func(ctx context.Context) error { _, err := source.Runtimeinfo(ctx); return err },
	}
	for _, plural := range work.Plurals {
		kind := schema.GroupVersionResource{Group: work.Group, Version: work.Version, Resource: plural}
		requests = append(requests, func(ctx context.Context) error {
			_, err := kubernetes.Resource(kind).List(ctx, meta.ListOptions{Limit: 500})
			return err
		})
	}
	return together(requests)
}

func together(requests []func(context.Context) error) error {
	results := make(chan error, len(requests))
	for _, request := range requests {
		go func() { results <- request(context.Background()) }()
	}
	for range requests {
		if err := <-results; err != nil {
			return err
		}
	}
	return nil
}

// dialer leads every host to the one server that plays them all.
func dialer(address string) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
