// Runs two profiles for one condition side by side, through every command that tells of them.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { alertstatus } from "./alertstatus.ts";

const OWN = "TelemetryFlowHealthy";
const SHADOW = `alertstatus.io/${OWN}`;

// Kyma's profile, to which throttling is no failure.
const v2 = {
  ...kymaTelemetry,
  flows: kymaTelemetry.flows.map((flow) =>
    "rows" in flow ? { ...flow, rows: flow.rows.filter(({ alert }) => !alert.endsWith("Throttling")) } : flow,
  ),
};

let folder: string;
let simulator: Simulator;
beforeAll(async () => {
  [folder, simulator] = await Promise.all([mkdtemp(join(tmpdir(), "alertstatus-two-")), startSimulator()]);
  await writeFile(join(folder, "token"), simulator.token);
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  for (const name of ["audit", "shop"]) simulator.put(aResource({ name }).object);
  simulator.setAlerts(alertsBody({ firing: [anAlert("TraceGatewayThrottling", { pipeline_name: "shop" })] }));
  simulator.requests.length = 0;
});

async function fleetOf(profiles: readonly unknown[]): Promise<string> {
  const file = join(folder, "fleet.yml");
  const kubernetes = { server: simulator.url, auth: { token: { file: "token" } } };
  const document = { profiles: { v2, v3: v2 }, clusters: [{ name: "prod", profiles, kubernetes }] };
  await writeFile(file, stringify(document, { aliasDuplicateObjects: false }));
  return file;
}

const ofMode = (mode: string) => ["kyma-telemetry", { name: "v2", mode }];
const conditionsOf = (name: string) => JSON.parse(JSON.stringify(simulator.get("TracePipeline", name))).status?.conditions ?? [];
const said = (name: string) => conditionsOf(name).map(({ type, status, reason }: Record<string, string>) => `${type} ${status} ${reason}`);
const asked = () => simulator.requests.map(({ method, path }) => `${method} ${path.replace(/\?.*/, "")}`).sort();

describe("two profiles for one condition, one in mode own and one in mode shadow", () => {
  test("are judged in one pass from one reading, and written by one request", async () => {
    await alertstatus(["reconcile", "--fleet", await fleetOf(["kyma-telemetry"])]);
    const askedByOne = asked();
    beginAnew();
    const { code, stdout } = await alertstatus(["reconcile", "--fleet", await fleetOf(ofMode("shadow")), "-o", "json"]);
    expect(asked()).toEqual(askedByOne);
    expect(code).toBe(0);
    expect(said("shop")).toEqual([`${OWN} False GatewayThrottling`, `${SHADOW} True FlowHealthy`]);
    expect(said("audit")).toEqual([`${OWN} True FlowHealthy`, `${SHADOW} True FlowHealthy`]);
    const { resources } = JSON.parse(stdout).clusters[0];
    expect(resources.map(({ name, profile, was }: Record<string, string>) => [name, profile, was])).toEqual([
      ["audit", "kyma-telemetry", "patched"],
      ["audit", "v2", "patched"],
      ["shop", "kyma-telemetry", "patched"],
      ["shop", "v2", "patched"],
    ]);
  });

  test("stand side by side in the tables of reconcile, status and explain", async () => {
    const fleet = await fleetOf(ofMode("shadow"));
    const { stdout } = await alertstatus(["reconcile", "--fleet", fleet]);
    expect(cellsOf(stdout).slice(0, 3)).toEqual([
      ["CLUSTER", "RESOURCE", "PROFILE", "STATUS", "REASON", "RESULT", "BECAUSE"],
      ["prod", "tracepipeline/shop", "kyma-telemetry", "False", "GatewayThrottling", "patched (was not there)", "TraceGatewayThrottling"],
      ["prod", "tracepipeline/audit", "kyma-telemetry", "True", "FlowHealthy", "patched (was not there)", "-"],
    ]);
    const status = await alertstatus(["status", "--fleet", fleet, "--no-headers"]);
    expect(cellsOf(status.stdout).slice(2)).toEqual([
      ["False", expect.any(String), "kyma-telemetry", "tracepipeline GatewayThrottling", "1", "prod", "TraceGatewayThrottling"],
      ["True", expect.any(String), "v2", "tracepipeline FlowHealthy", "2", "prod", "-"],
      ["True", expect.any(String), "kyma-telemetry", "tracepipeline FlowHealthy", "1", "prod", "-"],
    ]);
    const explained = await alertstatus(["explain", "--fleet", fleet, "--cluster", "prod", "tracepipeline/shop"]);
    expect(explained.stdout).toContain(`tracepipeline/shop of prod, condition ${OWN} of kyma-telemetry`);
    expect(explained.stdout).toContain(`tracepipeline/shop of prod, condition ${SHADOW} of v2`);
  });

  test("are compared as they are now: where they disagree, since when, and because of what", async () => {
    const fleet = await fleetOf(ofMode("shadow"));
    await alertstatus(["reconcile", "--fleet", fleet]);
    const { code, stdout } = await alertstatus(["status", "--fleet", fleet, "--compare", "kyma-telemetry,v2"]);
    const [head, seen, ...table] = stdout.trimEnd().split("\n");
    expect({ code, head, seen, table: cellsOf(table.join("\n")) }).toEqual({
      code: 0,
      head: "kyma-telemetry and v2 agree on 1 of 2 resources of 1 cluster",
      seen: expect.stringMatching(/^generated .*; looked now$/),
      table: [
        ["KYMA-TELEMETRY", "V2", "SINCE", "COUNT", "WHERE", "BECAUSE"],
        ["False GatewayThrottling", "True FlowHealthy", expect.any(String), "1", "prod tracepipeline/shop", "TraceGatewayThrottling"],
      ],
    });
  });

  test("are compared as JSON, with what each says", async () => {
    const fleet = await fleetOf(ofMode("shadow"));
    await alertstatus(["reconcile", "--fleet", fleet]);
    const { stdout } = await alertstatus(["status", "--fleet", fleet, "--compare", "v2,kyma-telemetry", "-o", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      profiles: ["v2", "kyma-telemetry"],
      disagreements: [
        {
          cluster: "prod",
          kind: "TracePipeline",
          name: "shop",
          one: { type: SHADOW, status: "True", reason: "FlowHealthy" },
          other: { type: OWN, status: "False", reason: "GatewayThrottling", because: ["TraceGatewayThrottling"] },
        },
      ],
      summary: { compared: 2, agree: 1, otherReason: 0, disagree: 1, onlyOne: 0, clusters: { compared: 1, others: 0 } },
    });
  });

  test.each([
    { what: "one profile", words: ["--compare", "v2"], says: "write the names of two profiles with a comma between" },
    {
      what: "a profile that no cluster has",
      words: ["--compare", "v2,kyma-telemetri"],
      says: "no cluster is judged by kyma-telemetri; kyma-telemetry?",
    },
    { what: "a filter of statuses", words: ["--compare", "v2,kyma-telemetry", "--not", "True"], says: "cannot be used with option '--not" },
    { what: "a page", words: ["--compare", "v2,kyma-telemetry", "-o", "html"], says: "leave out --compare" },
  ])("are not compared by $what", async ({ words, says }) => {
    const { code, stderr } = await alertstatus(["status", "--fleet", await fleetOf(ofMode("shadow")), ...words]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  });

  test("need the rights of one", async () => {
    const rights = async (profiles: readonly unknown[]) =>
      (await alertstatus(["rbac", "render", "--fleet", await fleetOf(profiles)])).stdout;
    expect(await rights(ofMode("shadow"))).toBe(await rights(["kyma-telemetry"]));
    expect(await rights(ofMode("shadow"))).toContain("tracepipelines/status");
    expect(await rights([{ name: "v2", mode: "observe" }])).not.toContain("/status");
  });

  test("are taken away together by cleanup, and only what none writes any more by --unused", async () => {
    await alertstatus(["reconcile", "--fleet", await fleetOf(ofMode("shadow"))]);
    const cleanup = async (profiles: readonly unknown[], ...words: readonly string[]) => {
      const { stdout } = await alertstatus(["cleanup", "--fleet", await fleetOf(profiles), "--cluster", "prod", "-o", "json", ...words]);
      return JSON.parse(stdout).resources.map(({ name, conditions }: { name: string; conditions: string[] }) => [name, ...conditions]);
    };
    expect(await cleanup(ofMode("shadow"), "--unused")).toEqual([]);
    expect(await cleanup(ofMode("shadow"), "--dry-run")).toEqual([
      ["audit", OWN, SHADOW],
      ["shop", OWN, SHADOW],
    ]);
    // The other profile has taken over, and what it says of `audit` stands there already, in the words of the first.
    expect(await cleanup(["v3"], "--dry-run")).toEqual([
      ["audit", OWN, SHADOW],
      ["shop", OWN, SHADOW],
    ]);
    expect(await cleanup(["v3"], "--unused")).toEqual([
      ["audit", SHADOW],
      ["shop", SHADOW],
    ]);
    expect(said("shop")).toEqual([`${OWN} False GatewayThrottling`]);
  });
});

describe("a profile that is observed beside one that writes", () => {
  test("writes nothing, costs no request, and is told as it would be", async () => {
    await alertstatus(["reconcile", "--fleet", await fleetOf(["kyma-telemetry"])]);
    const askedByOne = asked();
    beginAnew();
    const { stdout } = await alertstatus(["reconcile", "--fleet", await fleetOf(ofMode("observe")), "-o", "json"]);
    expect(asked()).toEqual(askedByOne);
    expect(said("shop")).toEqual([`${OWN} False GatewayThrottling`]);
    const { resources } = JSON.parse(stdout).clusters[0];
    expect(
      resources.map(({ name, profile, was, condition }: Record<string, string> & { condition: { status: string } }) => [
        name,
        profile,
        was,
        condition.status,
      ]),
    ).toEqual([
      ["audit", "kyma-telemetry", "patched", "True"],
      ["audit", "v2", "planned", "True"],
      ["shop", "kyma-telemetry", "patched", "False"],
      ["shop", "v2", "planned", "True"],
    ]);
  });

  test("has its own line in explain", async () => {
    const { stdout } = await alertstatus([
      "explain",
      "--fleet",
      await fleetOf(ofMode("observe")),
      "--cluster",
      "prod",
      "tracepipeline/shop",
    ]);
    expect(stdout).toContain("not written in the mode observe: not there → True FlowHealthy");
    expect(stdout).toContain("patch     not there → False GatewayThrottling");
  });
});

test("a profile that is observed alone is asked of its alerts once", async () => {
  await alertstatus(["reconcile", "--fleet", await fleetOf([{ name: "v2", mode: "observe" }])]);
  expect(asked().filter((request) => request.endsWith("/api/v1/alerts"))).toHaveLength(1);
});

function beginAnew(): void {
  for (const name of ["audit", "shop"]) {
    simulator.remove("TracePipeline", name);
    simulator.put(aResource({ name }).object);
  }
  simulator.requests.length = 0;
}

/** A table as its cells. */
function cellsOf(text: string): readonly (readonly string[])[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {3,}/));
}
