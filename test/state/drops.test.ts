// Finds conditions that go between two runs, by what runs that write them again leave in the state.

import { expect, test } from "vitest";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import { advance } from "../../functions/state/cluster-state.ts";
import { dropsOf, suspectsIn } from "../../functions/state/drops.ts";
import { readStates, readTimeline } from "../../functions/state/read.ts";
import { recordRow } from "../../functions/state/rows.ts";
import type { ClusterState } from "../../functions/state/state.ts";
import { memoryStore } from "./memory-store.ts";

const well = { status: "True", reason: "AllWell" };
type Before = { readonly status: string; readonly reason: string } | undefined;
const seen = (name: string, before: Before, status = "True"): ResourceOutcome => ({
  apiVersion: "kafka.strimzi.io/v1",
  kind: "Kafka",
  name,
  was: "patched",
  ...(before && { before }),
  condition: { type: "Healthy", ...well, status, message: "" },
  because: [],
});

/** The state after runs at minute after minute, of which each saw one thing. */
function after(runs: readonly (readonly ResourceOutcome[])[], cluster = "prod"): ClusterState {
  const recent: ClusterState["recent"][number][] = [];
  let state: ClusterState | undefined;
  for (const [minute, resources] of runs.entries()) {
    const outcome: ClusterOutcome = { cluster, was: "reconciled", resources, unlisted: [], ms: 1 };
    const next = advance(state, outcome, {}, `2026-01-01T00:0${minute}:00Z`);
    recent.push(...next.changes);
    state = next.state;
  }
  if (state === undefined) throw new Error("there was no run");
  return { ...state, recent };
}

test("an owner that takes conditions away in each of its reconciliations is found", () => {
  const runs = [1, 2, 3, 4].map(() => [seen("events", undefined), seen("orders", undefined)]);
  expect(dropsOf([after(runs), after(runs, "test")].flatMap(({ recent }) => recent))).toEqual([
    { kind: "Kafka", count: 12, clusters: ["prod", "test"], last: "kafka/events of prod", at: "2026-01-01T00:03:00Z" },
  ]);
});

test("an owner that drops more conditions than a row of the state keeps changes is found in the history", async () => {
  const store = memoryStore();
  const startMs = Date.parse("2026-01-01T00:00:00Z");
  const resources = ["a", "b", "c", "d", "e", "f", "g", "h", "i"].map((name) => seen(name, undefined));
  for (const minute of [0, 1, 2])
    await recordRow(store, { cluster: "prod", was: "reconciled", resources, unlisted: [], ms: 1 }, {}, startMs + minute * 60_000);
  const states = await readStates(store);
  expect(states[0]?.recent).toHaveLength(9);
  const { entries } = await readTimeline(store, { sinceMs: startMs, states: suspectsIn(states) }, startMs + 180_000);
  expect(dropsOf(entries)).toMatchObject([{ kind: "Kafka", count: 18, clusters: ["prod"] }]);
});

test("a cluster is suspected where something was written that did not stand there", () => {
  const [lost, quiet] = [after([[seen("a", undefined)]]), after([[seen("a", well, "False")]], "test")];
  expect(suspectsIn([lost, quiet])).toEqual([lost]);
});

test.each([
  {
    what: "conditions that stay and change",
    runs: [[seen("a", undefined)], [seen("a", well, "False")], [seen("a", { ...well, status: "False" })]],
  },
  { what: "an object that was made again once", runs: [[seen("a", undefined)], [seen("a", undefined)]] },
  { what: "an object that went and came back", runs: [[seen("a", undefined)], [], [seen("a", undefined)], [], [seen("a", undefined)]] },
  { what: "new objects", runs: [[seen("a", undefined)], [seen("a", well), seen("b", undefined)]] },
])("$what drop nothing", ({ runs }) => expect(dropsOf(after(runs).recent)).toEqual([]));
