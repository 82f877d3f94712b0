// Runs `status` and `history` over the state that functions left, and `status` over clusters as they are now.

import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { aResource } from "../support/builders.ts";
import { awsEnvironment } from "../support/event-bridge.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { startStateTable } from "../support/state-table.ts";
import { alertstatus } from "./alertstatus.ts";
import { leaveRuns, pipeline, type Saw } from "./seeded-state.ts";

vi.setConfig({ testTimeout: 60_000 });

const table = await startStateTable();
const env = { ...awsEnvironment("http://127.0.0.1:1"), ...table.env };
const nowMs = Date.now();
afterAll(() => table.close());

const DOWN = pipeline("checkout", "False", "GatewayThrottling", ["TraceGatewayThrottling"]);
const WELL = pipeline("checkout", "True", "FlowHealthy");
const fleet = (eu: Partial<Saw>, us: Partial<Saw>): readonly Saw[] => [
  { cluster: "eu-1", labels: { region: "eu" }, resources: [WELL, pipeline("audit", "True", "FlowHealthy")], ...eu },
  { cluster: "us-1", labels: { region: "us" }, resources: [WELL], ...us },
  { cluster: "us-2", labels: { region: "us" }, resources: [WELL] },
];

beforeAll(async () => {
  Object.assign(process.env, env);
  const { openStore } = await import("../../functions/state/store.ts");
  const { recordPush } = await import("../../functions/state/pushes.ts");
  const store = openStore("alertstatus-test", nowMs, 5_000);
  await leaveRuns(store, nowMs, [
    { minutesAgo: 90, saw: fleet({}, {}) },
    { minutesAgo: 80, saw: fleet({ resources: [DOWN] }, {}) },
    { minutesAgo: 79, saw: fleet({ resources: [WELL, pipeline("audit", "True", "FlowHealthy")] }, {}) },
    { minutesAgo: 12, saw: fleet({ resources: [DOWN, pipeline("audit", "True", "FlowHealthy")] }, {}) },
    {
      minutesAgo: 1,
      saw: fleet({ resources: [DOWN, pipeline("audit", "True", "FlowHealthy")] }, { was: "unreachable", code: "timeout", resources: [] }),
    },
    {
      minutesAgo: 0,
      saw: fleet({ resources: [DOWN, pipeline("audit", "True", "FlowHealthy")] }, { was: "unreachable", code: "timeout", resources: [] }),
    },
  ]);
  const at = new Date(nowMs - 40 * 60_000).toISOString().replace(/\.\d+/, "");
  const lists = { added: ["us-2"], removed: [], changed: [] };
  const counts = { clusters: 3, added: 1, removed: 0, changed: 0 };
  await recordPush(store, { at, by: "arn:aws:iam::1:user/ada", did: "push", version: "v2", before: "v1", counts, ...lists }, nowMs);
});

const status = (...words: readonly string[]) => alertstatus(["status", "--stage", "test", ...words], env);
const history = (...words: readonly string[]) => alertstatus(["history", "--stage", "test", ...words], env);
/** A table as its cells. */
const cells = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {3,}/));

describe("alertstatus status of a stage", () => {
  test("shows when it looked, and groups, the worst first: since when, what, where and because of what", async () => {
    const { code, stdout, stderr } = await status();
    const [counts, times, ...rows] = stdout.trimEnd().split("\n");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(counts).toBe("test: 3 clusters, 1 unreachable; conditions: 1 False, 0 Unknown, 2 True");
    expect(times).toMatch(/^generated 20\S+Z; looked 3\ds ago in 900ms, 57 ticks missed; changed 9\ds ago$/);
    expect(cells(rows.join("\n"))).toEqual([
      ["STATE", "SINCE", "WHAT", "COUNT", "WHERE", "BECAUSE"],
      ["False", "12m", "tracepipeline GatewayThrottling", "1", "eu-1", "TraceGatewayThrottling"],
      ["unreachable", expect.stringMatching(/^9\ds$/), "timeout", "1", "us-1", "-"],
      ["True", "90m", "tracepipeline FlowHealthy", "2 in 2", "eu-1, us-2", "-"],
    ]);
  });

  test("prints JSON to the letter of the contract", async () => {
    const { stdout } = await status("-o", "json", "--cluster", "us-*,eu-1", "-l", "region=eu");
    const time = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const id = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline" };
    const type = "TelemetryFlowHealthy";
    expect(JSON.parse(stdout)).toEqual({
      at: time,
      stage: "test",
      run: { at: time, ms: 900, missed: 57 },
      clusters: [
        {
          cluster: "eu-1",
          labels: { region: "eu" },
          was: "reconciled",
          since: time,
          changed: time,
          resources: [
            {
              ...id,
              name: "checkout",
              condition: { type, status: "False", reason: "GatewayThrottling", message: "GatewayThrottling.", since: time },
              because: ["TraceGatewayThrottling"],
            },
            {
              ...id,
              name: "audit",
              condition: { type, status: "True", reason: "FlowHealthy", message: "FlowHealthy.", since: time },
              because: [],
            },
          ],
        },
      ],
      summary: { clusters: { reconciled: 1 }, conditions: { True: 1, False: 1, Unknown: 0 } },
    });
  });

  test.each([
    { words: ["--not", "True"], names: ["eu-1 tracepipeline/checkout", "us-1"] },
    { words: ["--status", "true"], names: ["eu-1 tracepipeline/audit", "us-2 tracepipeline/checkout"] },
    { words: ["--not", "True", "--for", "5m"], names: ["eu-1 tracepipeline/checkout"] },
    { words: ["--not", "True", "--for", "1h"], names: [] },
    { words: ["--not", "True", "-l", "region!=eu"], names: ["us-1"] },
  ])("$words leaves $names", async ({ words, names }) => {
    const { stdout } = await status(...words, "-o", "name");
    expect(stdout.split("\n").filter((line) => line !== "")).toEqual(names);
  });

  test("groups by a label, and by cluster", async () => {
    const byLabel = await status("--by", "label:region", "--not", "True");
    expect(
      cells(byLabel.stdout)
        .slice(2)
        .map((row) => row.slice(0, 4)),
    ).toEqual([
      ["STATE", "SINCE", "REGION", "WHAT"],
      ["False", "12m", "eu", "tracepipeline GatewayThrottling"],
      ["unreachable", expect.anything(), "us", "timeout"],
    ]);
    expect((await status("--by", "cluster", "--not", "True")).stdout).toMatch(
      /^False +12m +eu-1 +tracepipeline GatewayThrottling +1 +Trace/m,
    );
  });

  test("shows each condition with its message by -o wide, and the same as YAML", async () => {
    expect((await status("-o", "wide")).stdout).toMatch(
      /^False +20\S+Z \(12m\) +eu-1 +tracepipeline\/checkout +GatewayThrottling +TraceGatewayThrottling +GatewayThrottling\.$/m,
    );
    expect((await status("-o", "yaml")).stdout).toMatch(/^clusters:\n {2}- cluster: eu-1\n/m);
  });

  test.each([
    { words: ["-l", "region=eu"], code: 0, why: "a False condition is no failure of the look" },
    { words: ["-l", "region=eu", "--fail-on", "False"], code: 1, why: "unless it is asked for" },
    { words: ["--cluster", "us-2"], code: 0, why: "all is well" },
    { words: ["--cluster", "us-1"], code: 1, why: "a cluster is not reached" },
    { words: ["--cluster", "us-7"], code: 2, why: "there is no such cluster" },
    { words: ["--by", "color"], code: 2, why: "there is no such group" },
    { words: ["--for", "long"], code: 2, why: "that is no duration" },
  ])("$words ends with $code: $why", async ({ words, code }) => {
    expect((await status(...words)).code).toBe(code);
  });

  test("writes a page by -o html, of what a filter leaves, that is stale when the next ticks are missed", async () => {
    const { code, stdout, stderr } = await status("-o", "html", "--not", "True");
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/^<!doctype html>\n<html lang="en">\n/);
    expect(stdout).toMatch(/<\/html>\n$/);
    for (const [, name, text = ""] of stdout.matchAll(/<(style|script)>(.*?)<\/\1>/gs))
      expect(stdout).toContain(`${name}-src 'sha256-${createHash("sha256").update(text).digest("base64")}'`);
    expect([...stdout.matchAll(/<th scope="row">(\S+) /g)].map(([, name]) => name)).toEqual(["eu-1", "us-1"]);
    const [looked = 0, stale = 0] = [...stdout.matchAll(/(?:As of|stale from) <time datetime="(.*?)">/g)].map(([, at = ""]) =>
      Date.parse(at),
    );
    expect(stale - looked).toBe(3 * 60_000);
  });

  test.each(["--not=True", "--fleet=fleet.yml", "--output=json", "--watch"])("prints no link to a page together with %s", async (word) => {
    expect(await status("--open", word)).toMatchObject({ code: 2, stderr: expect.stringContaining("cannot be used with option") });
  });

  test("writes no page again and again", async () => {
    expect(await status("-o", "html", "-w")).toMatchObject({ code: 2, stderr: expect.stringContaining("leave out --watch") });
  });

  test("of a stage that is not there says what to do", async () => {
    table.fail(400, "Query");
    const { code, stderr } = await status();
    table.fail(200, "Query");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("alertstatus-test: dynamodb:Query: AccessDeniedException: allow dynamodb:GetItem"),
    });
  });
});

describe("alertstatus history", () => {
  test("shows transitions, reachability and pushes in one timeline, how long each lasted, flaps, and missed ticks", async () => {
    const { code, stdout, stderr } = await history("--since", "2h");
    expect(code).toBe(0);
    expect(cells(stdout).map(([, ...row]) => row)).toEqual([
      ["CLUSTER", "WHAT", "FROM", "TO", "LASTED", "BECAUSE"],
      ["eu-1", "tracepipeline/audit", "True FlowHealthy", "-", "80m so far", "-"],
      ["eu-1", "tracepipeline/checkout", "True FlowHealthy", "False GatewayThrottling", "60s", "TraceGatewayThrottling"],
      ["eu-1", "tracepipeline/checkout", "False GatewayThrottling", "True FlowHealthy", "67m, flaps", "-"],
      ["-", "fleet push", "v1", "v2", "1 added, 0 removed, 0 changed", "by arn:aws:iam::1:user/ada"],
      ["eu-1", "tracepipeline/checkout", "True FlowHealthy", "False GatewayThrottling", "12m so far, flaps", "TraceGatewayThrottling"],
      ["us-1", "cluster", "reconciled", "unreachable timeout", expect.stringMatching(/^[1-9]\d*[sm] so far$/), "-"],
    ]);
    expect(stderr).toMatch(/^5 changes in 2h, 2 flaps; 1 change of the fleet file; the reconciler missed 85 of 91 ticks\n$/);
  });

  test("prints JSON to the letter of the contract", async () => {
    const { entries } = JSON.parse((await history("--since", "2h", "--cluster", "us-1", "-o", "json")).stdout);
    expect(entries).toEqual([
      { at: expect.any(String), cluster: "us-1", from: { was: "reconciled" }, to: { was: "unreachable", code: "timeout" }, because: [] },
    ]);
  });

  test.each([
    { words: ["--since", "20m"], count: 2 },
    { words: ["--since", "20m", "-l", "region=eu"], count: 1 },
    { words: ["--since", new Date(nowMs - 20 * 60_000).toISOString()], count: 2 },
    { words: ["--since", "1m"], count: 0 },
  ])("$words has $count entries", async ({ words, count }) => {
    expect(JSON.parse((await history(...words, "-o", "json")).stdout).entries).toHaveLength(count);
  });

  test.each([
    { words: ["--since", "yesterday"], says: "write a duration such as 24h" },
    { words: ["--cluster", "us-7"], says: "no such cluster in the state of test, nor in its history since then: us-7" },
  ])("$words is refused", async ({ words, says }) => {
    expect(await history(...words)).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
  });
});

describe("alertstatus status of a fleet", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
    const since = "2020-01-01T00:00:00Z";
    const condition = {
      type: "TelemetryFlowHealthy",
      status: "True",
      reason: "FlowHealthy",
      message: "",
      lastTransitionTime: since,
      observedGeneration: 1,
    };
    simulator.put(aResource({ conditions: [condition] }).object);
  });
  beforeEach(() => {
    simulator.requests.length = 0;
  });
  afterAll(() => simulator.close());

  test("reads the clusters now, and writes nothing", async () => {
    const auth = { token: { env: "TOKEN" } };
    const entry = { kubernetes: { server: simulator.url, auth }, alerts: { url: simulator.url } };
    const clusters = [
      { name: "up", ...entry },
      { name: "down", ...entry, kubernetes: { server: "http://127.0.0.1:1", auth } },
    ];
    const words = ["status", "--fleet", "-", "-o", "json"];
    const { code, stdout } = await alertstatus(words, { TOKEN: simulator.token }, { stdin: JSON.stringify({ clusters }) });
    const { clusters: shown, run } = JSON.parse(stdout);
    expect({ code, run }).toEqual({ code: 1, run: undefined });
    expect(shown).toMatchObject([
      { was: "reconciled", resources: [{ name: "backend", condition: { type: "TelemetryFlowHealthy" } }] },
      { was: "unreachable", code: "connection-refused" },
    ]);
    expect(simulator.requests.map(({ method }) => method).filter((method) => method !== "GET")).toEqual([]);
  });

  test("needs a stage or a fleet", async () => {
    expect(await alertstatus(["status"])).toMatchObject({ code: 2, stderr: expect.stringContaining("no fleet is named") });
  });
});
