import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Check } from "../../functions/doctor/checks/check.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { type RealPrometheus, startPrometheus } from "../support/real-prometheus.ts";
import { ADDRESS, backendOf, MERGE_PATCH, NAMESPACE, pod, SERVICE } from "./doctor-backend.ts";
import { type Clinic, find, named, openClinic, shipped } from "./doctor-clinic.ts";
import { unhurried } from "./hurried-rules.ts";
import { hurried, type KymaCluster, startKymaCluster } from "./kyma-cluster.ts";

const PODS = "alerts: several Pods behind the service";

let kyma: KymaCluster;
let clinic: Clinic;
let backend: ReturnType<typeof backendOf>;
let ruleless: RealPrometheus;
beforeAll(async () => {
  kyma = await startKymaCluster({ pendingOnly: "none" });
  clinic = await openClinic(kyma.access);
  backend = backendOf(clinic.admin);
  await kyma.create({ kind: "TracePipeline", name: "backend", spec: { output: { otlp: {} } } });
  ruleless = await startPrometheus({ address: ADDRESS, rules: { groups: [] }, targets: kyma.traffic.targets });
  await untilProven();
});
afterAll(async () => {
  await ruleless?.stop();
  await clinic?.close();
  await kyma?.stop();
});

async function untilProven(): Promise<void> {
  while (named(await clinic.examine(), "failed", "warning").some((check) => check.startsWith("alerts"))) await sleep(200);
}

// The first evaluation may fall between the two questions, for the alerts and for the rules.
async function untilYoung(): Promise<readonly Check[]> {
  for (;;) {
    const checks = await clinic.examine();
    if (find(checks, "alerts: old enough")?.message.includes("young")) return checks;
  }
}

const leadBack = () => backend.leadTo([pod(ADDRESS, Number(new URL(kyma.prometheus.url).port))]);

test("there is nothing to say against a cluster that is well", async () => {
  const checks = await clinic.examine();
  expect(named(checks, "failed", "warning")).toEqual([]);
  expect(find(checks, "login")?.message).toBe("as alertstatus, of alertstatus, system:authenticated");
  expect(find(checks, "alerts: dialect")?.message).toMatch(/^Prometheus/);
  expect(find(checks, "kind TracePipeline")?.message).toBe("1 of version v1beta1");
});

describe("behind the service proxy,", () => {
  afterEach(leadBack);

  test("no ready Pod", async () => {
    await backend.leadTo([]);
    const checks = await clinic.examine();
    expect(named(checks, "failed")).toEqual(["alerts: Alerts API"]);
    expect(find(checks, "alerts: Alerts API")).toMatchObject({
      message: expect.stringMatching(/^no Pod is ready behind the service: .*no endpoints available/),
      remedy: expect.stringContaining("kubectl -n kyma-system describe service telemetry-self-monitor"),
    });
  });

  test("a Pod that refuses the connection", async () => {
    await backend.leadTo([pod(ADDRESS, 1)]);
    expect(find(await clinic.examine(), "alerts: Alerts API")?.message).toMatch(/^the Pod behind the service refuses the connection: /);
  });

  test("a Pod that a NetworkPolicy keeps the API server from", async () => {
    await backend.leadToSilence();
    const checks = await clinic.examine();
    expect(named(checks, "failed")).toEqual(["alerts: Alerts API"]);
    expect(find(checks, "alerts: Alerts API")).toMatchObject({
      message: expect.stringContaining("most likely a NetworkPolicy keeps it out"),
      remedy: expect.stringContaining("networking.kyma-project.io/metrics-scraping: allowed"),
    });
  });

  test("a service that our roles do not name", async () => {
    const checks = await clinic.examine({ alerts: { service: { namespace: NAMESPACE, name: "prometheus", port: 9090 } } });
    expect(named(checks, "failed")).toEqual(["may get services/proxy prometheus:9090 in kyma-system"]);
  });

  test.each([
    { what: "a service that is not there", service: { name: "prometheus", port: 9090 }, says: /^there is no such service: .*404/ },
    { what: "a port that the service does not have", service: { name: SERVICE, port: 80 }, says: /^the service has no such port: .*503/ },
  ])("$what", async ({ service, says }) => {
    const kubernetes = { ...clinic.kubernetes, auth: { token: { file: "token-of-the-administrator" } } };
    const checks = await clinic.examine({ kubernetes, alerts: { service: { namespace: NAMESPACE, ...service } } });
    expect(named(checks, "failed")).toEqual(["alerts: Alerts API"]);
    expect(find(checks, "alerts: Alerts API")?.message).toMatch(says);
  });

  test("an Alertmanager that does not answer, which costs the alerts nothing", async () => {
    const alertmanager = { url: "http://127.0.0.1:1" };
    const checks = await clinic.examine({ alerts: { service: { namespace: NAMESPACE, name: SERVICE, port: 9090 }, alertmanager } });
    expect(named(checks, "failed")).toEqual([]);
    expect(find(checks, "alerts: Alertmanager")).toMatchObject({
      was: "warning",
      message: expect.stringMatching(/^until it answers, nothing counts/),
    });
  });

  test("several Pods, of which the proxy asks any", async () => {
    const role = shipped.find(({ kind }) => kind === "Role")!;
    const grant = { verb: "list", group: "discovery.k8s.io", resource: "endpointslices", namespace: NAMESPACE };
    const more = { apiGroups: [grant.group], resources: [grant.resource], verbs: [grant.verb] };
    await clinic.setRules(role, [...role.rules, more], grant, true);
    // The one Pod of a Service with both families of addresses stands in two slices.
    for (const [family, address] of [
      ["IPv4", ADDRESS],
      ["IPv6", "fd00::1"],
    ] as const)
      await backend.addSlice(family, [address]);
    const one = await clinic.examine();
    await backend.addSlice("IPv4", ["10.200.0.2"]);
    const two = await clinic.examine();
    await clinic.setRules(role, role.rules, grant, false);
    expect(find(one, PODS)).toMatchObject({ was: "ok" });
    expect(find(two, PODS)).toMatchObject({ was: "warning", message: expect.stringMatching(/^there are 2,/) });
  });
});

describe("of the proof of health,", () => {
  afterEach(leadBack);

  test("rules that are not loaded fail where resources need them", async () => {
    await backend.leadTo([pod(ADDRESS, Number(new URL(ruleless.url).port))]);
    const checks = await clinic.examine();
    expect(named(checks, "failed")).toEqual(["alerts: rules of TracePipeline"]);
    expect(named(checks, "warning")).toContain("alerts: rules of MetricPipeline");
    expect(find(checks, "alerts: rules of TracePipeline")).toMatchObject({
      message: expect.stringMatching(/^rules not loaded: TraceGatewayAllDataDropped/),
      remedy: expect.stringContaining("rules sync"),
    });
  });

  test("a Prometheus that was restarted is young, which is no failure", async () => {
    await kyma.prometheus.restart(unhurried(kyma.rules));
    const checks = await untilYoung();
    expect(named(checks, "failed")).toEqual([]);
    expect(find(checks, "alerts: old enough")).toMatchObject({ remedy: expect.stringMatching(/^wait/) });
    await kyma.prometheus.restart(kyma.rules);
    await untilProven();
  });

  test("one proven source makes up for another one that is not", async () => {
    const service = { service: { namespace: NAMESPACE, name: SERVICE, port: 9090 } };
    const checks = await clinic.examine({ alerts: [service, { url: ruleless.url }] });
    expect(named(checks, "failed")).toEqual([]);
    expect(named(checks, "warning")).toContain("alerts[1]: rules of TracePipeline");
    const alone = await clinic.examine({ alerts: [{ url: "http://127.0.0.1:1" }, { url: ruleless.url }] });
    expect(named(alone, "failed")).toEqual(expect.arrayContaining(["alerts[0]: connection", "alerts[1]: rules of TracePipeline"]));
  });
});

describe("another writer", () => {
  const path = "/apis/telemetry.kyma-project.io/v1beta1/tracepipelines/backend/status";
  const healthy = {
    type: hurried.condition,
    status: "True",
    reason: "FlowHealthy",
    message: "Said by another",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  };

  test("is named, in mode own as a warning and in mode shadow as what it is", async () => {
    await clinic.admin("PATCH", `${path}?fieldManager=telemetry-manager`, { status: { conditions: [healthy] } }, MERGE_PATCH);
    const said = "telemetry-manager wrote TelemetryFlowHealthy of 1 resource, such as tracepipeline/backend";
    expect(find(await clinic.examine(), "other writer")).toMatchObject({
      was: "warning",
      message: said,
      remedy: expect.stringContaining("mode: shadow"),
    });
    expect(find(await clinic.examine({ mode: "shadow" }), "other writer")).toMatchObject({
      was: "ok",
      message: expect.stringContaining(said),
    });
  });
});

test("alertstatus doctor ends with 0 where nothing failed, and shows what is well when asked", async () => {
  const fleet = join(clinic.folder, "fleet.json");
  await writeFile(fleet, JSON.stringify(clinic.fleet({ mode: "shadow" })));
  const { code, stdout, stderr } = await alertstatus(["doctor", "--fleet", fleet, "--all"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^prod: \d+ checks: .*\d+ ok\n$/) });
  expect(stdout).toMatch(/^CLUSTER +CHECK +RESULT +MESSAGE\n/);
  expect(stdout).toMatch(/^prod +login +ok +as alertstatus/m);
});
