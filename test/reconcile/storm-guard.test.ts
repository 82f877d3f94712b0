import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../functions/cluster/cluster.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { parseResource, type Resource } from "../../functions/core/kubernetes/resource.ts";
import { isAllWell } from "../../functions/core/outcome/attention.ts";
import { logLineOf } from "../../functions/core/outcome/log-line.ts";
import { outcomeMetrics } from "../../functions/core/outcome/metrics.ts";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import { allowedBy, GUARD_FLOOR } from "../../functions/core/profile/guard.ts";
import { type FleetRun, reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { advance } from "../../functions/state/cluster-state.ts";
import { statusOf } from "../../functions/state/fleet-status.ts";
import { linesOf } from "../../functions/state/groups.ts";
import { aCluster, aFleet, aProfile } from "../core/fleet/fleet-documents.ts";
import { anAlert, aReading } from "../support/builders.ts";

const QUEUES = { group: "example.org", version: "v1", plural: "queues", kind: "Queue" };
const aQueue = (name: string, conditions: readonly unknown[] = []) =>
  parseResource(QUEUES, {
    apiVersion: "example.org/v1",
    kind: "Queue",
    metadata: { name, generation: 1, resourceVersion: "1" },
    status: { conditions },
  });

type Member = { readonly queues: number; full?: readonly number[]; before?: string };

/** A fleet in memory: what is written stays, and `full` are the queues whose alert fires. */
function openMembers(
  members: Readonly<Record<string, Member>>,
  entry: object = {},
  guard: Record<string, unknown> = { guard: { false: "20%" } },
) {
  const stored = new Map<string, Resource>();
  let lists = 0;
  const names = Object.keys(members);
  const fleet = parseFleet({
    ...aFleet(
      ...names.map((name) => aCluster({ name, profiles: ["mine"], alerts: { url: "https://a.example", proof: "none" }, ...entry })),
    ),
    profiles: { mine: aProfile(guard), other: aProfile({ condition: "Other" }) },
  });
  for (const [cluster, { queues, before }] of Object.entries(members))
    for (let nth = 0; nth < queues; nth++) {
      const standing = { type: "Mine", status: before, reason: "Said", message: "", lastTransitionTime: "2020-01-01T00:00:00Z" };
      stored.set(`${cluster} q${nth}`, aQueue(`q${nth}`, before === undefined ? [] : [standing]));
    }
  const connect = async ({ name }: { name: string }): Promise<Cluster> => ({
    readAlerts: async () => [aReading({ firing: (members[name]!.full ?? []).map((nth) => anAlert("QueueFull", { queue: `q${nth}` })) })],
    list: async () => {
      lists++;
      return [...stored].flatMap(([key, queue]) => (key.startsWith(`${name} `) ? [queue] : []));
    },
    read: async (resource) => stored.get(`${name} ${resource.name}`),
    patch: async (resource, conditions) => {
      const written = aQueue(resource.name, conditions);
      stored.set(`${name} ${resource.name}`, written);
      return written;
    },
  });
  return { pass: (run: Partial<FleetRun> = {}) => reconcileFleet(fleet, { connect, ...run }), lists: () => lists, problems: fleet.wrong };
}

const many = (clusters: number, member: Member) => Object.fromEntries(Array.from({ length: clusters }, (_, nth) => [`c${nth}`, member]));
const all = (queues: number) => Array.from({ length: queues }, (_, nth) => nth);

function countedAs(outcome: ResourceOutcome): string {
  if (outcome.was === "refused") return outcome.code;
  return outcome.was === "skipped" ? outcome.why : `${outcome.was} ${outcome.condition.status}`;
}
const counts = (outcomes: readonly ClusterOutcome[]) => {
  const groups = Map.groupBy(
    outcomes.flatMap(({ resources }) => resources),
    countedAs,
  );
  return Object.fromEntries([...groups].map(([name, { length }]) => [name, length]));
};

describe("of a profile with a guard", () => {
  test.each<{ when: string; members: Readonly<Record<string, Member>>; becomes: object }>([
    {
      when: "few of many turn False",
      members: { ...many(9, { queues: 2 }), c9: { queues: 2, full: [0, 1] } },
      becomes: { "patched True": 18, "patched False": 2 },
    },
    { when: "more of them do than its share", members: many(10, { queues: 2, full: [0, 1] }), becomes: { "patched False": 4, held: 16 } },
    { when: "all of a small fleet do", members: { only: { queues: 3, full: [0, 1, 2] } }, becomes: { "patched False": 3 } },
    {
      when: "many of the first cluster do, and few of the fleet",
      members: { first: { queues: 8, full: all(8) }, ...many(16, { queues: 2 }) },
      becomes: { "patched True": 32, "patched False": 8 },
    },
    {
      when: "all stand as False already",
      members: many(10, { queues: 2, full: [0, 1], before: "False" }),
      becomes: { "patched False": 20 },
    },
    { when: "all turn True", members: many(10, { queues: 2, before: "False" }), becomes: { "patched True": 20 } },
  ])("no more turn False than may where $when", async ({ members, becomes }) => {
    const { pass, problems } = openMembers(members);
    expect(problems).toEqual([]);
    expect(counts(await pass())).toEqual(becomes);
  });

  test("the others turn False in the next runs, as many in each", async () => {
    const { pass } = openMembers(many(10, { queues: 2, full: [0, 1] }));
    const runs: object[] = [];
    for (let run = 0; run < 5; run++) runs.push(counts(await pass()));
    expect(runs).toEqual([
      { "patched False": 4, held: 16 },
      { "patched False": 4, "unchanged False": 4, held: 12 },
      { "patched False": 4, "unchanged False": 8, held: 8 },
      { "patched False": 4, "unchanged False": 12, held: 4 },
      { "patched False": 4, "unchanged False": 16 },
    ]);
  });

  test("a run that holds nothing back reads each cluster once", async () => {
    const quiet = openMembers({ ...many(9, { queues: 2 }), c9: { queues: 2, full: [0] } });
    await quiet.pass();
    expect(quiet.lists()).toBe(10);
  });

  test("what is held names the guard and its verdict, in outcome, log, status and metrics", async () => {
    const outcomes = await openMembers(many(10, { queues: 2, full: [0, 1] })).pass();
    expect(outcomes.at(-1)!.resources).toMatchObject([
      {},
      {
        was: "refused",
        code: "held",
        message: "its profile's guard holds it back: more than 20% of the resources would turn False at once",
        condition: { type: "Mine", status: "False", reason: "Full" },
        because: ["QueueFull"],
      },
    ]);
    expect(logLineOf(outcomes.at(-1)!)).toMatchObject({ refused: 1, firstRefused: [{ resource: "queue/q1", code: "held" }] });
    const { state } = advance(undefined, outcomes.at(-1)!, {}, "2026-01-01T00:00:00Z");
    const lines = linesOf(statusOf([state], { at: "2026-01-01T00:00:00Z" }));
    expect(lines).toContainEqual(expect.objectContaining({ state: "refused", resource: "queue/q1", reason: "held" }));
    expect(outcomeMetrics(outcomes)).toMatchObject({ ResourcesHeld: 16, ResourcesRefused: 0, ResourcesPatched: 4 });
    expect(isAllWell(outcomes)).toBe(false);
  });

  test("what a push finds False waits for the tick, and is no storm", async () => {
    const members = openMembers({ eu: { queues: 3, full: [0], before: "Unknown" } });
    const pushed = await members.pass({ hurried: new Set(["eu"]), hurriedMs: 10_000 });
    expect(counts(pushed)).toEqual({ postponed: 1, "patched True": 2 });
    expect(outcomeMetrics(pushed)).toMatchObject({ ResourcesHeld: 0 });
    expect(counts(await members.pass())).toEqual({ "patched False": 1, "unchanged True": 2 });
  });

  test("another profile's condition of the same resource is written", async () => {
    const { pass } = openMembers(many(10, { queues: 2, full: [0, 1] }), { profiles: ["mine", "other"] });
    expect(counts(await pass())).toEqual({ "patched False": 24, held: 16 });
  });

  test.each([
    ["a dry run", { run: { dryRun: true } }],
    ["the mode observe", { entry: { mode: "observe" } }],
  ] as const)("%s holds nothing back", async (_, { run = {}, entry = {} }: { run?: object; entry?: object }) => {
    expect(counts(await openMembers(many(10, { queues: 2, full: [0, 1] }), entry).pass(run))).toEqual({ "planned False": 20 });
  });
});

test("a profile without a guard holds nothing back", async () => {
  expect(counts(await openMembers(many(10, { queues: 2, full: [0, 1] }), {}, {}).pass())).toEqual({ "patched False": 20 });
});

test.each(["0%", "101%", "20", "1.5%"])("a guard of %s is refused", (share) => {
  const { problems } = openMembers({ eu: { queues: 1 } }, {}, { guard: { false: share } });
  expect(JSON.stringify(problems)).toContain("a share is written from 1% to 100%");
});

test("however the fleet is cut, no run turns more resources False than its guard allows, and none is lost", async () => {
  const member = fc.record({ queues: fc.integer({ min: 1, max: 6 }), fires: fc.integer({ min: 0, max: 6 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 100 }), async (list, share) => {
      const members = Object.fromEntries(list.map(({ queues, fires }, nth) => [`c${nth}`, { queues, full: all(Math.min(queues, fires)) }]));
      const guard = { false: `${share}%` };
      const { "patched False": turned = 0, held = 0 } = counts(await openMembers(members, {}, { guard }).pass()) as Record<string, number>;
      const total = list.reduce((sum, { queues }) => sum + queues, 0);
      const firing = list.reduce((sum, { queues, fires }) => sum + Math.min(queues, fires), 0);
      expect(turned + held).toBe(firing);
      expect(turned).toBe(Math.min(firing, allowedBy(guard, total)));
      expect(turned).toBeGreaterThanOrEqual(Math.min(firing, GUARD_FLOOR));
    }),
    { numRuns: 60 },
  );
});
