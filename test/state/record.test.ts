// Lets runs over one shard meet at every call of the table: whichever wins, what the newest saw is what stays.

import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import { type Ran, recordShards, recordTransitions } from "../../functions/state/record.ts";
import { historyOf, readRow } from "../../functions/state/rows.ts";
import type { Store } from "../../functions/state/store.ts";
import { memoryStore } from "./memory-store.ts";

const NAMES = ["a", "b"];
const TICK_MS = 60_000;
const STATUSES = ["True", "False", "Unknown"] as const;
type Status = (typeof STATUSES)[number];
type Seen = Status | "unreachable";

function outcomeOf(cluster: string, seen: Seen): ClusterOutcome {
  const id = { apiVersion: "example.com/v1", kind: "Database", name: "main" };
  const condition = { type: "Healthy", status: seen, reason: `Is${seen}`, message: "" };
  const resources: ResourceOutcome[] = seen === "unreachable" ? [] : [{ ...id, was: "unchanged", condition, because: [] }];
  return { cluster, was: seen === "unreachable" ? seen : "reconciled", resources, unlisted: [], ms: 1 };
}

const ranOf = (tick: number, seen: readonly Seen[]): Ran => ({
  outcomes: new Map(NAMES.map((name, place) => [name, outcomeOf(name, seen[place] ?? "True")])),
  labels: new Map(),
  // Never the turn in which a cluster is compared whatever its fingerprint says.
  atMs: (tick * 60 + 30) * TICK_MS,
  ms: 1,
  leftMs: () => 60_000,
});
const record = (store: Store, tick: number, seen: readonly Seen[]) =>
  recordShards(store, ranOf(tick, seen), [{ clusters: NAMES, atMs: tick * TICK_MS }]);

async function seenIn(store: Store): Promise<readonly unknown[]> {
  const rows = await Promise.all(NAMES.map((name) => readRow(store, name)));
  return rows.map((row) => (row?.state?.was === "unreachable" ? "unreachable" : row?.state?.resources[0]?.condition?.status));
}

const seen = fc.array(fc.constantFrom<Seen>(...STATUSES, "unreachable"), { minLength: 2, maxLength: 2 });

test("two runs that meet at any call leave what the newer one saw, and neither has failed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.option(seen), seen, seen, async (scheduler, first, older, newer) => {
      let isMeeting = false;
      const store = memoryStore(async () => isMeeting && scheduler.schedule(Promise.resolve()));
      if (first !== null) await record(store, 1, first);
      isMeeting = true;
      const runs = Promise.all([record(store, 2, older), record(store, 3, newer)]);
      const failures = await scheduler.waitFor(runs);
      isMeeting = false;
      expect(failures).toEqual([
        { marks: [], others: [], observed: [] },
        { marks: [], others: [], observed: [] },
      ]);
      expect(await seenIn(store)).toEqual(newer);
    }),
    { numRuns: 600 },
  );
});

test("the next quiet tick finds nothing to write after two runs met, or it writes what it sees", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), seen, seen, seen, async (scheduler, older, newer, next) => {
      let isMeeting = true;
      const store = memoryStore(async () => isMeeting && scheduler.schedule(Promise.resolve()));
      await scheduler.waitFor(Promise.all([record(store, 2, older), record(store, 3, newer)]));
      isMeeting = false;
      await record(store, 4, next);
      expect(await seenIn(store)).toEqual(next);
    }),
    { numRuns: 300 },
  );
});

test("a push that meets a tick leaves what the next tick sees right", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      seen,
      seen,
      fc.constantFrom(...STATUSES),
      fc.boolean(),
      async (scheduler, first, ofTick, pushed, isOlder) => {
        let isMeeting = false;
        const store = memoryStore(async () => isMeeting && scheduler.schedule(Promise.resolve()));
        await record(store, 1, first);
        isMeeting = true;
        const push = ranOf(isOlder ? 2 : 4, [pushed, "True"]);
        const patched: ClusterOutcome = {
          ...outcomeOf("a", pushed),
          resources: outcomeOf("a", pushed).resources.map(
            (one) => ({ ...one, was: "patched", before: { status: "True", reason: "Old" } }) as ResourceOutcome,
          ),
        };
        await scheduler.waitFor(
          Promise.all([record(store, 3, ofTick), recordTransitions(store, { ...push, outcomes: new Map([["a", patched]]) })]),
        );
        isMeeting = false;
        // What the push wrote stands in the cluster, and the next tick reads that.
        await record(store, 5, [pushed, "True"]);
        expect(await seenIn(store)).toEqual([pushed, "True"]);
      },
    ),
    { numRuns: 300 },
  );
});

test("the history of a cluster is a chain: each change begins where the one before it ended", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(seen, { minLength: 1, maxLength: 40 }), async (ticks) => {
      const store = memoryStore();
      for (const [tick, one] of ticks.entries()) await record(store, tick + 1, one);
      const kept = (await store.list(historyOf("a"))).flatMap(({ text }) => JSON.parse(text));
      const all = [...kept, ...((await readRow(store, "a"))?.state?.recent ?? [])];
      const conditions = all.filter(({ resource }) => resource !== undefined);
      for (const [place, change] of conditions.entries()) if (place > 0) expect(change.from).toEqual(conditions[place - 1].to);
      const reached = ticks.map(([one]) => one).filter((one) => one !== "unreachable");
      const expected = reached.filter((one, place) => place > 0 && one !== reached[place - 1]).length;
      expect(conditions.length).toBe(expected);
    }),
  );
});

test("a row that is not written is written by the next tick, though that sees nothing new", async () => {
  const store = memoryStore();
  await record(store, 1, ["True", "True"]);
  const write = store.write;
  const full: Store = {
    ...store,
    write: (item, basedOn) => (item.partition.startsWith("latest") ? Promise.resolve(false) : write(item, basedOn)),
  };
  await record(full, 2, ["False", "True"]);
  expect(await seenIn(store)).toEqual(["True", "True"]);
  await record(store, 3, ["False", "True"]);
  expect(await seenIn(store)).toEqual(["False", "True"]);
});

test("what went wrong in the table is right within an hour of ticks, though nothing is new", async () => {
  const store = memoryStore();
  await record(store, 1, ["False", "True"]);
  for (const item of store.items.values()) if (item.name === "a") store.items.set(`${item.partition}\na`, { ...item, text: "lost" });
  const hour = Array.from({ length: 60 }, (_, minute) => minute);
  for (const minute of hour)
    await recordShards(store, { ...ranOf(2, ["False", "True"]), atMs: (200 + minute) * TICK_MS }, [{ clusters: NAMES, atMs: minute }]);
  expect(await seenIn(store)).toEqual(["False", "True"]);
});
