import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { ClusterOutcome, Observed } from "../../functions/core/outcome/outcome.ts";
import type { ConditionChanged } from "../../functions/core/outcome/transition.ts";
import { publishObserved } from "../../functions/reconcile/observed.ts";
import { openWorker } from "../../functions/reconcile/run.ts";
import { type Ran, recordShards, recordTransitions } from "../../functions/state/record.ts";
import { historyOf, readRow } from "../../functions/state/rows.ts";
import type { Change } from "../../functions/state/state.ts";
import type { Store } from "../../functions/state/store.ts";
import { aCluster, aFleet } from "../core/fleet/fleet-documents.ts";
import { memoryStore } from "../state/memory-store.ts";

const TICK_MS = 60_000;
const NAMES = ["a", "b"];
const fleet = parseFleet(aFleet(...NAMES.map((name) => aCluster({ name, mode: "observe", labels: { region: "eu" } }))));

type Seen = "True" | "False" | "Unknown" | "warming up" | "unreachable";

const aVerdict = (name: string, seen: Seen): Observed => {
  const status = seen === "warming up" ? "Unknown" : seen;
  const condition = { type: "Healthy", status, reason: `Is${status}`, message: `It is ${status}.` };
  const facts = { because: [`It${status}`], isObserved: true, ...(seen === "warming up" && ({ isWarmingUp: true } as const)) } as const;
  return { apiVersion: "example.com/v1", kind: "Database", namespace: "shop", name, was: "planned", condition, ...facts };
};

const outcomeOf = (cluster: string, seen: readonly Seen[]): ClusterOutcome =>
  seen.includes("unreachable")
    ? { cluster, was: "unreachable", resources: [], unlisted: [], ms: 1 }
    : { cluster, was: "reconciled", resources: seen.map((one, nth) => aVerdict(`main-${nth}`, one)), unlisted: [], ms: 1 };

/** What one run leaves in the store, and sends of that. */
async function tick(
  store: Store,
  nth: number,
  all: Readonly<Record<string, readonly Seen[]>>,
  isPush = false,
): Promise<readonly ConditionChanged[]> {
  const outcomes = Object.entries(all).map(([cluster, seen]) => outcomeOf(cluster, seen));
  const ran: Ran = {
    outcomes: new Map(outcomes.map((outcome) => [outcome.cluster, outcome])),
    labels: new Map(),
    // Never the turn in which a cluster is compared whatever its fingerprint says.
    atMs: (nth * 60 + 30) * TICK_MS,
    ms: 1,
    leftMs: () => 60_000,
  };
  const shard = { clusters: NAMES, atMs: nth * TICK_MS };
  const { observed } = await (isPush ? recordTransitions(store, ran) : recordShards(store, ran, [shard]));
  return sentBy(outcomes, observed);
}

async function sentBy(outcomes: readonly ClusterOutcome[], changes: readonly Change[]): Promise<readonly ConditionChanged[]> {
  const sent: ConditionChanged[] = [];
  const silent = () => undefined;
  const report = { begin: silent, info: silent, warn: silent, error: silent, publish: silent };
  const worker = openWorker({ fleet: "file:fleet.yml", tickMs: TICK_MS, pushPatienceMs: 1_000, shardSize: 200 }, report);
  const offer = async (events: readonly { readonly detail: object }[]) => {
    for (const { detail } of events) if ("condition" in detail) sent.push(detail as ConditionChanged);
    return undefined;
  };
  const bus = { offer, put: async () => undefined };
  const ran = { outcomes, fleet, folder: undefined, deadline: Number.POSITIVE_INFINITY };
  await publishObserved({ ...worker, bus }, ran, changes);
  return sent;
}

const inWords = ({ cluster, resource, condition }: ConditionChanged) =>
  `${cluster}/${resource.name}: ${condition.from?.status ?? "nothing"} → ${condition.to.status}`;

describe("a verdict that no cluster shows", () => {
  test("is sent as the change of a condition is, with its message", async () => {
    const store = memoryStore();
    await tick(store, 1, { a: ["True"] });
    expect(await tick(store, 2, { a: ["False"] })).toEqual([
      {
        cluster: "a",
        labels: { region: "eu" },
        resource: { apiVersion: "example.com/v1", kind: "Database", namespace: "shop", name: "main-0" },
        condition: {
          type: "Healthy",
          from: { status: "True", reason: "IsTrue" },
          to: { status: "False", reason: "IsFalse", message: "It is False." },
        },
        because: ["ItFalse"],
        at: expect.stringMatching(/Z$/),
      },
    ]);
  });

  test.each<{ when: string; ticks: readonly Seen[]; sent: readonly string[] }>([
    { when: "once, however often it is seen", ticks: ["True", "True", "False", "False"], sent: ["nothing → True", "True → False"] },
    { when: "not while it is too early to tell", ticks: ["True", "warming up", "True"], sent: ["nothing → True"] },
    {
      when: "where nothing was known while it was too early",
      ticks: ["warming up", "True"],
      sent: ["nothing → Unknown", "Unknown → True"],
    },
    {
      when: "where it changed while the cluster was not reached",
      ticks: ["True", "unreachable", "False"],
      sent: ["nothing → True", "True → False"],
    },
    { when: "not where the cluster is reached again", ticks: ["False", "unreachable", "False"], sent: ["nothing → False"] },
  ])("is sent $when", async ({ ticks, sent }) => {
    const store = memoryStore();
    const lines: string[] = [];
    for (const [nth, one] of ticks.entries()) lines.push(...(await tick(store, nth + 1, { a: [one] })).map(inWords));
    expect(lines).toEqual(sent.map((line) => `a/main-0: ${line}`));
  });

  test("stays what it was in the state while it is too early to tell, and says so", async () => {
    const store = memoryStore();
    await tick(store, 1, { a: ["False"] });
    await tick(store, 2, { a: ["warming up"] });
    const [resource] = (await readRow(store, "a"))?.state?.resources ?? [];
    expect(resource).toMatchObject({ condition: { status: "False", since: "1970-01-01T01:30:00Z" }, isWarmingUp: true });
  });

  test("is sent by a push, and by the next tick no more", async () => {
    const store = memoryStore();
    await tick(store, 1, { a: ["True"] });
    expect((await tick(store, 2, { a: ["False"] }, true)).map(inWords)).toEqual(["a/main-0: True → False"]);
    expect(await tick(store, 3, { a: ["False"] })).toEqual([]);
  });

  test("is sent by the next tick where the state was not written", async () => {
    const store = memoryStore();
    await tick(store, 1, { a: ["True"] });
    const full: Store = {
      ...store,
      write: (item, on) => (item.partition.startsWith("latest") ? Promise.resolve(false) : store.write(item, on)),
    };
    expect(await tick(full, 2, { a: ["False"] })).toEqual([]);
    expect((await tick(store, 3, { a: ["False"] })).map(inWords)).toEqual(["a/main-0: True → False"]);
  });

  test("is sent of each resource where more change than the history keeps one by one", async () => {
    const store = memoryStore();
    await tick(store, 1, { a: Array.from({ length: 80 }, () => "True" as const) });
    expect(await tick(store, 2, { a: Array.from({ length: 80 }, () => "False" as const) })).toHaveLength(80);
  });

  test("is sent of a cluster with more resources than are kept, where it is worse than one of those", async () => {
    const store = memoryStore();
    const [most, all] = [350, 360].map((length) => Array.from({ length }, () => "True" as const));
    await tick(store, 1, { a: most! });
    expect((await tick(store, 2, { a: [...all!.slice(0, 359), "False"] })).map(inWords)).toEqual(["a/main-359: nothing → False"]);
  });
});

test("a condition that was written is not sent by the state once more", async () => {
  const store = memoryStore();
  const { isObserved: _, ...written } = aVerdict("main", "False");
  const outcome: ClusterOutcome = { ...outcomeOf("a", []), resources: [{ ...written, was: "patched" }] };
  const ran: Ran = { outcomes: new Map([["a", outcome]]), labels: new Map(), atMs: 1, ms: 1, leftMs: () => 60_000 };
  expect(await recordShards(store, ran, [{ clusters: NAMES, atMs: 1 }])).toEqual({ marks: [], others: [], observed: [] });
  expect((await readRow(store, "a"))?.state?.recent).toMatchObject([{ from: null, to: { status: "False" } }]);
});

test("runs that meet at any call send what the history has, each change once", async () => {
  const seen = fc.constantFrom<Seen>("True", "False", "Unknown", "warming up", "unreachable");
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), seen, seen, seen, fc.boolean(), async (scheduler, first, older, newer, isPush) => {
      let isMeeting = false;
      const store = memoryStore(async () => isMeeting && scheduler.schedule(Promise.resolve()));
      const sent = [...(await tick(store, 1, { a: [first] }))];
      isMeeting = true;
      const runs = Promise.all([tick(store, 2, { a: [older] }, isPush), tick(store, 3, { a: [newer] })]);
      sent.push(...(await scheduler.waitFor(runs)).flat());
      isMeeting = false;
      sent.push(...(await tick(store, 4, { a: [newer] })));
      const kept = [
        ...(await store.list(historyOf("a"))).flatMap(({ text }) => JSON.parse(text)),
        ...((await readRow(store, "a"))?.state?.recent ?? []),
      ];
      const changes = kept.filter(({ resource, to }: Change) => resource !== undefined && to !== null);
      const statuses = (from: object | null | undefined, to: object) => JSON.stringify([Object(from).status, Object(to).status]);
      expect(sent.map(({ condition }) => statuses(condition.from, condition.to)).sort()).toEqual(
        changes.map(({ from, to }: Change) => statuses(from, to!)).sort(),
      );
    }),
    { numRuns: 200 },
  );
});
