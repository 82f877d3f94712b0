// Holds a replay against what stood in the conditions, and lets gates be as they were.

import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openStore } from "../../functions/state/store.ts";
import { awsEnvironment } from "../support/event-bridge.ts";
import { type StateTable, startStateTable } from "../support/state-table.ts";
import { alertstatus } from "./alertstatus.ts";
import { type Exported, type Story, startStory, UNTIL } from "./replay-story.ts";
import { leaveRuns, pipeline } from "./seeded-state.ts";

const HEALTHY = "TelemetryFlowHealthy";
const GATE = "ConfigurationGenerated";
const LOST = "GatewayAllTelemetryDataDropped";
const exported = (name: string, type: string, status: string, fromMinutes: number, toMinutes = 0): Exported => {
  return { name, type, status, fromMinutes, toMinutes };
};

let story: Story;
let table: StateTable | undefined;
afterEach(async () => {
  await Promise.all([story?.close(), table?.close()]);
  table = undefined;
});

const environment = () => table && { ...awsEnvironment("http://127.0.0.1:1"), ...table.env };
async function replayed(words: readonly string[], conditions: readonly Exported[] = []) {
  story = await startStory({ exported: conditions, clustersLike: (one) => [one, { ...one, name: "prod-eu-2" }] });
  const fleet = ["--fleet", join(story.folder, "fleet.yml"), "--since", "2d", "--until", UNTIL];
  const { code, stdout, stderr } = await alertstatus(["replay", "tracepipeline/audit", ...fleet, ...words], environment());
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}
async function auditIn(words: readonly string[], conditions: readonly Exported[] = []) {
  return JSON.parse(await replayed([...words, "-o", "json"], conditions)).resources[0];
}

describe("alertstatus replay --against stored", () => {
  test("tells where kube-state-metrics exported another status, for how long, and how long it knows any", async () => {
    const audit = await auditIn(
      ["--against", "stored"],
      [exported("audit", HEALTHY, "True", 2_160), exported("shop", HEALTHY, "False", 2_160)],
    );
    expect(audit.storedMs).toBe(2_160 * 60_000);
    expect(audit.against).toEqual([
      { at: "2026-11-25T14:01:00Z", ms: 51 * 60_000, one: { status: "False", reason: LOST }, other: { status: "True", reason: "" } },
    ]);
  });

  test("tells where the history of a stage has another status", async () => {
    table = await startStateTable();
    Object.assign(process.env, environment());
    const saw = (status: string, reason: string) => [
      { cluster: "prod-eu-1", resources: [pipeline("audit", status, reason)] },
      { cluster: "prod-eu-2", resources: [pipeline("audit", "Unknown", reason)] },
    ];
    // The second of these runs is at 14:05, the third at 14:49.
    await leaveRuns(openStore("alertstatus-prod", Date.now(), 5_000), Date.parse(UNTIL) + 30_000, [
      { minutesAgo: 2_800, saw: saw("True", "FlowHealthy") },
      { minutesAgo: 2_035, saw: saw("False", LOST) },
      { minutesAgo: 1_991, saw: saw("True", "FlowHealthy") },
    ]);
    const audit = await auditIn(["--against", "stored", "--stage", "prod"], [exported("audit", HEALTHY, "Unknown", 2_160)]);
    expect(audit.against.map(({ at, ms }: { at: string; ms: number }) => [at, ms / 60_000])).toEqual([
      ["2026-11-25T14:01:00Z", 4],
      ["2026-11-25T14:49:00Z", 3],
    ]);
    expect(audit.against[0].other).toEqual({ status: "True", reason: "FlowHealthy" });
  });

  test("says for how long the two differ", async () => {
    expect(await replayed(["--against", "stored"], [exported("audit", HEALTHY, "True", 2_880)])).toContain(
      "Held against what stood in 1 of 1 condition, known for 2d in all: another status for 51m, 1.77% of the time.",
    );
  });

  test("says so where nothing of it is known, and what to do", async () => {
    expect(await replayed(["--against", "stored"])).toContain("Nothing is known of what stood in the conditions: name the stage");
  });
});

describe("a gate whose condition kube-state-metrics exported", () => {
  const closed = [exported("audit", GATE, "True", 2_880, 300), exported("audit", GATE, "False", 300, 240)];

  test("is closed when it was, and as it is now where nothing is known", async () => {
    const audit = await auditIn([], closed);
    expect(audit.transitions.slice(-2)).toEqual([
      { at: "2026-11-26T19:00:00Z", status: "False", reason: "ConfigurationNotGenerated", because: [`${GATE} is False`] },
      { at: "2026-11-26T20:00:00Z", status: "True", reason: "FlowHealthy", because: [] },
    ]);
    expect(audit.gatesMs).toBe((2_880 - 240) * 60_000);
  });

  test("is as it is now where the source refuses to tell, and the output says why", async () => {
    story = await startStory({ refuses: (query) => query.get("query")!.includes("alertstatus_") });
    const words = ["--fleet", join(story.folder, "fleet.yml"), "--since", "2d", "--until", UNTIL];
    const { stdout } = await alertstatus(["replay", ...words]);
    expect(stdout).toContain("the question for the conditions of then is not answered: answered 422: query processing would load too many");
  });

  test.each([
    { what: "recorded", conditions: closed, says: "gates as kube-state-metrics recorded them, as they are now where it did not" },
    { what: "not recorded", conditions: [], says: "gates as they are now: nothing is recorded of their conditions" },
  ])("is said to be $what", async ({ conditions, says }) => {
    expect(await replayed([], conditions)).toContain(says);
  });
});
