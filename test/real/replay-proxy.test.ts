// Replays through the service proxy of a real API server, with no more than the rights of a pass.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { alertstatus } from "../cli/alertstatus.ts";
import { logSpecs } from "../support/builders.ts";
import { collector, services } from "../support/kyma-metrics.ts";
import { PATIENTLY } from "../support/patience.ts";
import { hurried, type KymaCluster, startKymaCluster } from "./kyma-cluster.ts";

const traces = collector(services.gateway, "spans");

let cluster: KymaCluster;
let folder: string;

beforeAll(async () => {
  [cluster, folder] = await Promise.all([
    startKymaCluster({ pendingOnly: "MetricGatewayThrottling" }),
    mkdtemp(join(tmpdir(), "replay-proxy-")),
  ]);
  const { server, ca, token } = cluster.access;
  const kubernetes = { server, ca: { file: "ca.pem" }, auth: { token: { file: "token" } } };
  const fleet = { clusters: [{ name: "real", kubernetes, profiles: ["hurried"] }], profiles: { hurried } };
  await Promise.all([
    writeFile(join(folder, "ca.pem"), ca),
    writeFile(join(folder, "token"), token),
    writeFile(join(folder, "fleet.json"), JSON.stringify(fleet)),
  ]);
  await cluster.create({ kind: "TracePipeline", name: "shop", spec: logSpecs.noInput });
});
afterAll(async () => {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

it("tells what was lost and when it came back", async () => {
  cluster.traffic.flow([traces.sent("shop")]);
  await vi.waitFor(async () => expect((await shopSince("10s")).ms.True).toBe(10_000), PATIENTLY);
  const since = new Date().toISOString();
  cluster.traffic.flow([traces.sendFailed("shop")]);
  await sleep(15_000);
  cluster.traffic.flow([traces.sent("shop")]);
  await sleep(20_000);
  const { standing, transitions, ms } = await shopSince(since);
  expect(standing.status).toBe("True");
  expect(transitions[0].status).toBe("False");
  expect(transitions.at(-1)).toMatchObject({ status: "True", reason: "FlowHealthy" });
  expect(transitions.some(({ because }: { because: string[] }) => because.includes("TraceGatewayAllDataDropped"))).toBe(true);
  expect(ms.Unknown).toBe(0);
});

async function shopSince(since: string) {
  const words = ["replay", "--fleet", join(folder, "fleet.json"), "--since", since, "-o", "json"];
  const { code, stdout, stderr } = await alertstatus(words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout).resources[0];
}
