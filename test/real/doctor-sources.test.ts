// Breaks a real source of alerts in every way that doctor tells apart, then takes each permission away, and expects the cause and the remedy.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Check } from "../../functions/doctor/checks/check.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { collector, services } from "../support/kyma-metrics.ts";
import { SELDOM } from "../support/patience.ts";
import { type RealPrometheus, startPrometheus } from "../support/real-prometheus.ts";
import { ADDRESS, backendOf, MERGE_PATCH, NAMESPACE, pod, SERVICE } from "./doctor-backend.ts";
import { type Clinic, find, namesOf, openClinic, shipped } from "./doctor-clinic.ts";
import { holdsPermissions } from "./doctor-permissions-suite.ts";
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
  while (namesOf(await clinic.examine(), "failed", "warning").some((check) => check.startsWith("alerts"))) await sleep(500);
}

// The first evaluation may fall between the request for the alerts and the one for the rules.
async function untilYoung(): Promise<readonly Check[]> {
  for (;;) {
    const checks = await clinic.examine();
    if (find(checks, "alerts: old enough")?.message.includes("young")) return checks;
    await sleep(500);
  }
}

const restoreBackend = () => backend.leadTo([pod(ADDRESS, Number(new URL(kyma.prometheus.url).port))]);

test("a healthy cluster has no failure and no warning", async () => {
  const checks = await clinic.examine();
  expect(namesOf(checks, "failed", "warning")).toEqual([]);
  expect(find(checks, "login")?.message).toBe("as alertstatus, of alertstatus, system:authenticated");
  expect(find(checks, "alerts: dialect")?.message).toMatch(/^Prometheus/);
  expect(find(checks, "kind TracePipeline")?.message).toBe("1 of version v1beta1");
});

describe("the service proxy", () => {
  afterEach(restoreBackend);

  test("finds no ready Pod", async () => {
    await backend.leadTo([]);
    const checks = await clinic.examine();
    expect(namesOf(checks, "failed")).toEqual(["alerts: Alerts API"]);
    expect(find(checks, "alerts: Alerts API")).toMatchObject({
      message: expect.stringMatching(/^no Pod is ready behind the service: .*no endpoints available/),
      remedy: expect.stringContaining("kubectl -n kyma-system describe service telemetry-self-monitor"),
    });
  });

  test("finds a Pod that refuses the connection", async () => {
    await backend.leadTo([pod(ADDRESS, 1)]);
    expect(find(await clinic.examine(), "alerts: Alerts API")?.message).toMatch(/^the Pod behind the service refuses the connection: /);
  });

  test("finds a Prometheus in agent mode", async () => {
    const agent = await startPrometheus({ isAgent: true, address: ADDRESS, rules: { groups: [] }, targets: {} });
    try {
      await backend.leadTo([pod(ADDRESS, Number(new URL(agent.url).port))]);
      expect(find(await clinic.examine(), "alerts: Alerts API")).toMatchObject({
        message: expect.stringContaining("agent mode evaluates no rules"),
        remedy: expect.stringContaining("what evaluates them"),
      });
    } finally {
      await agent.stop();
    }
  });

  test("is kept from a Pod by a NetworkPolicy", async () => {
    await backend.leadToSilence();
    const checks = await clinic.examine();
    expect(namesOf(checks, "failed")).toEqual(["alerts: Alerts API"]);
    expect(find(checks, "alerts: Alerts API")).toMatchObject({
      message: expect.stringContaining("most likely a NetworkPolicy keeps it out"),
      remedy: expect.stringContaining("networking.kyma-project.io/metrics-scraping: allowed"),
    });
  });

  test("is forbidden for a service that the shipped roles do not name", async () => {
    const checks = await clinic.examine({ alerts: { service: { namespace: NAMESPACE, name: "prometheus", port: 9090 } } });
    expect(namesOf(checks, "failed")).toEqual(["may get services/proxy prometheus:9090 in kyma-system"]);
  });

  test.each([
    { what: "no such service", service: { name: "prometheus", port: 9090 }, says: /^there is no such service: .*404/ },
    { what: "no such port of the service", service: { name: SERVICE, port: 80 }, says: /^the service has no such port: .*503/ },
  ])("finds $what", async ({ service, says }) => {
    const kubernetes = { ...clinic.kubernetes, auth: { token: { file: "token-of-the-administrator" } } };
    const checks = await clinic.examine({ kubernetes, alerts: { service: { namespace: NAMESPACE, ...service } } });
    expect(namesOf(checks, "failed")).toEqual(["alerts: Alerts API"]);
    expect(find(checks, "alerts: Alerts API")?.message).toMatch(says);
  });

  test("reads the alerts although the Alertmanager does not answer", async () => {
    const alertmanager = { url: "http://127.0.0.1:1" };
    const checks = await clinic.examine({ alerts: { service: { namespace: NAMESPACE, name: SERVICE, port: 9090 }, alertmanager } });
    expect(namesOf(checks, "failed")).toEqual([]);
    expect(find(checks, "alerts: Alertmanager")).toMatchObject({
      was: "warning",
      message: expect.stringMatching(/^until it answers, nothing counts/),
    });
  });

  test("is a warning with several Pods behind the service", async () => {
    const role = shipped.find(({ kind }) => kind === "Role")!;
    const grant = { verb: "list", group: "discovery.k8s.io", resource: "endpointslices", namespace: NAMESPACE };
    const more = { apiGroups: [grant.group], resources: [grant.resource], verbs: [grant.verb] };
    await clinic.setRules(role, [...role.rules, more], grant, true);
    // A dual-stack Service has one slice for each address family of its one Pod.
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

describe("the proof of health", () => {
  afterEach(restoreBackend);

  test("fails where rules that resources need are not loaded", async () => {
    await backend.leadTo([pod(ADDRESS, Number(new URL(ruleless.url).port))]);
    const checks = await clinic.examine();
    expect(namesOf(checks, "failed")).toEqual(["alerts: rules of TracePipeline"]);
    expect(namesOf(checks, "warning")).toContain("alerts: rules of MetricPipeline");
    expect(find(checks, "alerts: rules of TracePipeline")).toMatchObject({
      message: expect.stringMatching(/^rules not loaded: TraceGatewayAllDataDropped/),
      remedy: expect.stringContaining("rules sync"),
    });
  });

  test("is a warning while a restarted Prometheus warms up", async () => {
    await kyma.prometheus.restart(unhurried(kyma.rules));
    const checks = await untilYoung();
    expect(namesOf(checks, "failed")).toEqual([]);
    expect(find(checks, "alerts: old enough")).toMatchObject({ remedy: expect.stringMatching(/^wait/) });
    await kyma.prometheus.restart(kyma.rules);
    await untilProven();
  });

  test("of one source makes up for another source without it", async () => {
    const service = { service: { namespace: NAMESPACE, name: SERVICE, port: 9090 } };
    const checks = await clinic.examine({ alerts: [service, { url: ruleless.url }] });
    expect(namesOf(checks, "failed")).toEqual([]);
    expect(namesOf(checks, "warning")).toContain("alerts[1]: rules of TracePipeline");
    const alone = await clinic.examine({ alerts: [{ url: "http://127.0.0.1:1" }, { url: ruleless.url }] });
    expect(namesOf(alone, "failed")).toEqual(expect.arrayContaining(["alerts[0]: connection", "alerts[1]: rules of TracePipeline"]));
  });
});

test("an alert that counts for no resource is a warning with its nearest miss", async () => {
  const CHECK = "alerts: every alert counts";
  kyma.traffic.flow([collector(services.gateway, "spans").sendFailed("backends")]);
  await expect
    .poll(async () => find(await clinic.examine(), CHECK), SELDOM)
    .toMatchObject({
      was: "warning",
      message:
        'TraceGatewayAllDataDropped counts for no resource: it says pipeline_name="backends", and the nearest, tracepipeline/backend, has "backend"',
      remedy: expect.stringContaining("`identify` of the profile"),
    });
  kyma.traffic.flow([]);
  await expect.poll(async () => find(await clinic.examine(), CHECK), SELDOM).toMatchObject({ was: "ok" });
});

describe("another writer", () => {
  const path = "/apis/telemetry.kyma-project.io/v1beta1/tracepipelines/backend/status";
  const healthy = {
    type: hurried.condition,
    status: "True",
    reason: "FlowHealthy",
    message: "A message of another writer",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  };

  test("is a warning in mode own and ok in mode shadow", async () => {
    await clinic.admin("PATCH", `${path}?fieldManager=telemetry-manager`, { status: { conditions: [healthy] } }, MERGE_PATCH);
    const message = "telemetry-manager wrote TelemetryFlowHealthy of 1 resource, such as tracepipeline/backend";
    expect(find(await clinic.examine(), "other writer")).toMatchObject({
      was: "warning",
      message,
      remedy: expect.stringContaining("mode: shadow"),
    });
    expect(find(await clinic.examine({ mode: "shadow" }), "other writer")).toMatchObject({
      was: "ok",
      message: expect.stringContaining(message),
    });
  });
});

test("alertstatus doctor exits with 0 where no check fails, and --all shows the checks that are ok", async () => {
  const fleet = join(clinic.folder, "fleet.json");
  await writeFile(fleet, JSON.stringify(clinic.fleet({ mode: "shadow" })));
  const { code, stdout, stderr } = await alertstatus(["doctor", "--fleet", fleet, "--all"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^prod: \d+ checks: .*\d+ ok\n$/) });
  expect(stdout).toMatch(/^RESULT +CHECK +MESSAGE\n/);
  expect(stdout).toMatch(/^ok +login +as alertstatus/m);
});

holdsPermissions(() => clinic);
