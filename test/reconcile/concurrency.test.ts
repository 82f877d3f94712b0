import { describe, expect, onTestFinished, test, vi } from "vitest";
import { mapConcurrently } from "../../functions/reconcile/concurrency.ts";

const SOON = { patienceMs: 1 };
const NEVER = { patienceMs: 1_000_000 };

/** Items that are done when the test says so; how many are at work is counted. */
function someWork(count: number) {
  const gates = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const log = { begun: 0, done: 0, most: 0 };
  const work = async (item: number) => {
    log.begun++;
    log.most = Math.max(log.most, log.begun - log.done);
    await gates[item]!.promise;
    log.done++;
    return `${item} is done`;
  };
  return { items: [...gates.keys()], work, log, finish: (item: number) => gates[item]!.resolve() };
}

const results = (count: number) => Array.from({ length: count }, (_, item) => `${item} is done`);

test("every item begins at once where there is a place for each", async () => {
  const { items, work, log, finish } = someWork(3);
  const done = mapConcurrently(items, work, { atWork: 3, begun: 3, ...NEVER });
  expect(log.begun).toBe(3);
  items.forEach(finish);
  expect(await done).toEqual(results(3));
});

test("no more are at work than there are places, and the results stand in the order of the items", async () => {
  const { items, work, log, finish } = someWork(6);
  const done = mapConcurrently(items, work, { atWork: 2, begun: 6, ...NEVER });
  items.forEach(finish);
  expect(await done).toEqual(results(6));
  expect(log.most).toBe(2);
});

describe("an item that takes long", () => {
  test("gives its place to the next: the first is done last", async () => {
    const { items, work, log, finish } = someWork(3);
    const last = async (item: number) => {
      if (item === 2) items.toReversed().forEach(finish);
      return work(item);
    };
    expect(await mapConcurrently(items, last, { atWork: 1, begun: 3, ...SOON })).toEqual(results(3));
    expect(log.most).toBe(3);
  });

  test("does not make room for more than may be begun", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { items, work, log, finish } = someWork(4);
    const done = mapConcurrently(items, work, { atWork: 1, begun: 2, ...SOON });
    await vi.advanceTimersByTimeAsync(100 * SOON.patienceMs);
    expect(log.begun).toBe(2);
    items.forEach(finish);
    await vi.runAllTimersAsync();
    expect(await done).toEqual(results(4));
    expect(log.most).toBe(2);
  });
});

test.each([
  { where: "there is a place for each", atWork: 3 },
  { where: "some items wait", atWork: 1 },
])("a failure fails all items, where $where", async ({ atWork }) => {
  const failing = async (item: number) => {
    if (item === 1) throw new Error("a bug");
    return item;
  };
  await expect(mapConcurrently([0, 1, 2], failing, { atWork, begun: 3, ...SOON })).rejects.toThrow("a bug");
});
