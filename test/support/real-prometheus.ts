// A real Prometheus that scrapes and evaluates in a hurry, and the endpoints that it scrapes.

import { once } from "node:events";
import { createServer } from "node:http";
import { dirname } from "node:path";
import { part, programOf } from "../tools/parts/parts.ts";
import { kymaRelabelling } from "./kyma-metrics.ts";
import { type RealServer, reloadRules, startServer } from "./real-server.ts";

export type RealPrometheus = Omit<RealServer, "restart"> & {
  /** Starts it again on the same port and on what it stored, with these rules or the same; one that still runs is ended first. */
  restart(rules?: object): Promise<void>;
  /** From now on these are its rules. */
  reload(rules: object): Promise<void>;
};

/** A metrics endpoint, and the labels that all of its series get. */
export type Target = { url: string; labels: Readonly<Record<string, string>> };

export type Targets = Readonly<Record<string, string>> | readonly Target[];
type Version = "prometheus" | "prometheus-2.42";

type Settings = {
  version?: Version;
  /** Whether it only scrapes, and neither stores nor evaluates. */
  isAgent?: boolean;
  address?: string;
  /** The content of the rules file. */
  rules: object;
  /** What is scraped: the label `service` → the URL of a metrics endpoint, or targets with labels of their own. */
  targets: Targets;
  /** How often targets are scraped. */
  scrapeMs?: number;
  /** How often rules are evaluated: three times as long without an evaluation is a stall, which a busy machine must not bring about. */
  evaluateMs?: number;
  /** A store of others that is asked for series that are selected with `remote="yes"`: the URL of its remote-read API. */
  remoteRead?: string;
  /** More of prometheus.yml. */
  more?: object;
};

/** The folder of the real `prometheus` and `promtool`. */
export function prometheusFolder(): string {
  return dirname(programOf(part("prometheus"), "prometheus"));
}

/** A real Prometheus that is ready to answer, scraping and evaluating at short intervals. */
export async function startPrometheus({
  version = "prometheus",
  isAgent = false,
  address,
  rules,
  more,
  ...settings
}: Settings): Promise<RealPrometheus> {
  const server = await startServer({
    part: part(version),
    binary: "prometheus",
    flags: (folder, listen) => [
      `--config.file=${folder}/prometheus.yml`,
      ...(isAgent ? agentFlags(folder) : [`--storage.tsdb.path=${folder}/data`]),
      `--web.listen-address=${listen}`,
      "--web.enable-lifecycle",
    ],
    files: { "rules.yml": rules, "prometheus.yml": isAgent ? {} : { ...configuration(settings), ...more } },
    readyPath: "/-/ready",
    address,
    // It lives for a minute: what it would collect meanwhile costs more than it frees.
    env: { GOGC: "400" },
  });
  return {
    ...server,
    async restart(changed) {
      if (changed !== undefined) await server.write("rules.yml", changed);
      await server.restart();
    },
    async reload(changed) {
      await server.write("rules.yml", changed);
      await reloadRules(server.url);
    },
  };
}

function agentFlags(folder: string): readonly string[] {
  return ["--agent", `--storage.agent.path=${folder}/data`];
}

/** The part of a configuration that has these targets scraped; VictoriaMetrics takes it too. */
export function scrapeConfigs(targets: Targets): readonly object[] {
  return targetList(targets).map(({ url, labels }, index) => ({
    job_name: `${labels.service}-${index}`,
    metrics_path: new URL(url).pathname,
    static_configs: [{ targets: [new URL(url).host], labels }],
    metric_relabel_configs: kymaRelabelling,
  }));
}

type Configuration = Pick<Settings, "targets" | "scrapeMs" | "evaluateMs" | "remoteRead">;

function configuration({ targets, scrapeMs = 500, evaluateMs = 2_000, remoteRead }: Configuration): object {
  return {
    global: { scrape_interval: `${scrapeMs}ms`, scrape_timeout: `${scrapeMs}ms`, evaluation_interval: `${evaluateMs}ms` },
    rule_files: ["rules.yml"],
    scrape_configs: scrapeConfigs(targets),
    ...(remoteRead && { remote_read: [{ url: remoteRead, read_recent: true, required_matchers: { remote: "yes" } }] }),
  };
}

function targetList(targets: Targets): readonly Target[] {
  return Array.isArray(targets) ? targets : Object.entries(targets).map(([service, url]) => ({ url, labels: { service } }));
}

export type MetricsEndpoint = {
  url: string;
  /** What every scrape finds from now on; a function is asked anew each time. */
  set(lines: string | (() => string)): void;
  close(): Promise<void>;
};

/** A metrics endpoint, with nothing to say at first. */
export async function startMetrics(on = "127.0.0.1"): Promise<MetricsEndpoint> {
  let render = () => "";
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(render());
  });
  server.listen(0, on);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the endpoint listens on no port");
  return {
    url: `http://${on}:${address.port}/metrics`,
    set(lines) {
      render = typeof lines === "string" ? () => lines : lines;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
