// Tries the shipped examples on a real API server and a real Prometheus.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SELDOM } from "../support/patience.ts";
import { type ExampleCluster, startExample } from "./example-cluster.ts";

type Outcome = { kind: string; namespace?: string; name: string; was: string; condition: { status: string; reason: string } };

/** Passes, until the conditions are these and nothing is left to write. */
async function settles(cluster: ExampleCluster, conditions: Readonly<Record<string, string>>): Promise<void> {
  const seen = async () => {
    const { stdout } = await cluster.alertstatus("reconcile", "-o", "json");
    const resources: readonly Outcome[] = JSON.parse(stdout).clusters[0].resources;
    const isQuiet = resources.every(({ was }) => was === "unchanged");
    const told = resources.map(({ namespace = "-", name, condition }) => [
      `${namespace}/${name}`,
      `${condition.status} ${condition.reason}`,
    ]);
    return { isQuiet, conditions: Object.fromEntries(told) };
  };
  await expect.poll(seen, SELDOM).toEqual({ isQuiet: true, conditions });
}

describe("certificates of cert-manager, which stand in namespaces", () => {
  const listed = "/apis/cert-manager.io/v1/certificates";
  const inNamespace = (namespace: string) => `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates`;
  const WEEK = 7 * 86_400;
  const ready = { type: "Ready", status: "True", reason: "Ready", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" };
  let cluster: ExampleCluster;

  /** What cert-manager exposes of the certificate `web` in two namespaces: whether it is ready, and the seconds until it expires. */
  function exposed(webs: Readonly<Record<"red" | "blue", { ready: boolean; lasts: number }>>): readonly string[] {
    return Object.entries(webs).flatMap(([namespace, web]) => {
      const labels = `name="web",namespace="${namespace}"`;
      const is = (condition: string) => Number((condition === "True") === web.ready);
      return [
        ...["True", "False"].map(
          (condition) => `certmanager_certificate_ready_status{${labels},condition="${condition}"} ${is(condition)}`,
        ),
        `certmanager_certificate_expiration_timestamp_seconds{${labels}} ${Math.floor(Date.now() / 1000) + web.lasts}`,
      ];
    });
  }

  beforeAll(async () => {
    const target = { job: "cert-manager", namespace: "cert-manager" };
    cluster = await startExample({ folder: "cert-manager", crd: "certificate", path: listed, target });
    for (const name of ["red", "blue"]) {
      await cluster.kubernetes.request("POST", "/api/v1/namespaces", { metadata: { name } });
      const meta = { apiVersion: "cert-manager.io/v1", kind: "Certificate", metadata: { name: "web" } };
      await cluster.create(inNamespace(name), { ...meta, ...{ spec: { secretName: "web" } }, status: { conditions: [ready] } });
    }
    cluster.expose(exposed({ red: { ready: true, lasts: 9 * WEEK }, blue: { ready: true, lasts: 9 * WEEK } }));
  });
  afterAll(() => cluster?.stop());

  test("are healthy, once their alerts are proven to be silent", async () => {
    await settles(cluster, { "red/web": "True RenewalWorks", "blue/web": "True RenewalWorks" });
  });

  test("are told apart by their namespace, where they have the same name", async () => {
    cluster.expose(exposed({ red: { ready: false, lasts: 9 * WEEK }, blue: { ready: true, lasts: 2 * WEEK } }));
    await settles(cluster, { "red/web": "False NotReady", "blue/web": "False ExpiresSoon" });
    const { body } = await cluster.kubernetes.request("GET", `${inNamespace("red")}/web`);
    expect(Object(body).status.conditions).toMatchObject([ready, { type: "RenewalHealthy", status: "False", reason: "NotReady" }]);
  });

  test("are explained one by one, or all of a name", async () => {
    const explained = async (resource: string) => (await cluster.alertstatus("explain", "--cluster", "my-cluster", resource)).stdout;
    const red = await explained("certificate/red/web");
    expect(red).toMatch(/^certificate\/red\/web of my-cluster, condition RenewalHealthy\n/);
    expect(red).toMatch(/CertManagerCertNotReady +NotReady +decides .*\nCertManagerCertExpirySoon +ExpiresSoon +fires for others: \S+ is /);
    expect(red).not.toContain("certificate/blue/web");
    expect(await explained("certificates/web")).toMatch(/^certificate\/blue\/web of (.|\n)*\n\ncertificate\/red\/web of /);
    const { code, stderr } = await cluster.alertstatus("explain", "--cluster", "my-cluster", "certificate/green/web");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "error: my-cluster has no certificate/green/web; certificate/red/web, certificate/blue/web?\n",
    });
    expect(await cluster.alertstatus("explain", "--cluster", "my-cluster", "a/b/c/d")).toMatchObject({ code: 2, stdout: "" });
  });

  test("are not known, when cert-manager cannot be scraped", async () => {
    cluster.expose(["not a metric"]);
    await settles(cluster, { "red/web": "Unknown NotWatched", "blue/web": "Unknown NotWatched" });
  });

  test("are left as they were, by a cleanup", async () => {
    const { code, stdout } = await cluster.alertstatus("cleanup", "--cluster", "my-cluster");
    expect(code).toBe(0);
    expect(stdout).toMatch(/certificate\/blue\/web +RenewalHealthy +cleaned\n.*certificate\/red\/web +RenewalHealthy +cleaned\n/);
    const { body } = await cluster.kubernetes.request("GET", `${inNamespace("red")}/web`);
    expect(Object(body).status.conditions).toEqual([ready]);
  });
});

describe("node pools of Karpenter, which stand in no namespace", () => {
  const path = "/apis/karpenter.sh/v1/nodepools";
  const condition = (type: string, status: string) => ({
    type,
    status,
    reason: "Said",
    message: "",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  });
  let cluster: ExampleCluster;

  /** What Karpenter exposes of the pools: how much of which limit is in use. */
  function exposed(pools: Readonly<Record<string, { cpu: number; memory: number }>>, more: readonly string[] = []): readonly string[] {
    const lines = Object.entries(pools).flatMap(([nodepool, used]) =>
      Object.entries(used).flatMap(([resource_type, share]) => {
        const labels = `nodepool="${nodepool}",resource_type="${resource_type}"`;
        return [`karpenter_nodepools_usage{${labels}} ${share * 100}`, `karpenter_nodepools_limit{${labels}} 100`];
      }),
    );
    return [...lines, ...more];
  }
  const roomy = { cpu: 0.5, memory: 0.5 };

  beforeAll(async () => {
    cluster = await startExample({ folder: "karpenter", crd: "nodepool", path, target: { job: "karpenter", namespace: "karpenter" } });
    const pool = (name: string, spec: object, ready = "True") => {
      const meta = { apiVersion: "karpenter.sh/v1", kind: "NodePool", metadata: { name } };
      return cluster.create(path, { ...meta, ...{ spec }, status: { conditions: [condition("Ready", ready)] } });
    };
    const limits = { cpu: "100", memory: "100" };
    await pool("general", { limits });
    await pool("gpu", { limits });
    await pool("endless", {});
    await pool("broken", { limits }, "False");
    cluster.expose(exposed({ general: roomy, gpu: roomy }));
  });
  afterAll(() => cluster?.stop());

  const told = { "-/broken": "False PoolNotReady", "-/endless": "True RoomToGrow", "-/general": "True RoomToGrow" };

  test("have room to grow, but for the one that Karpenter itself says is not ready", async () => {
    await settles(cluster, { ...told, "-/gpu": "True RoomToGrow" });
  });

  test("say so when one of their limits is near, and those without limits do not care", async () => {
    cluster.expose(exposed({ general: roomy, gpu: { cpu: 0.2, memory: 0.9 }, endless: { cpu: 0.9, memory: 0.9 } }));
    await settles(cluster, { ...told, "-/gpu": "False NearLimit" });
  });
});
