import { expect, test } from "vitest";
import { openSharedAnswers } from "../../functions/cluster/shared-answers.ts";

// The answers come when the test says so; the clock ticks with each look at it.
function aSource() {
  let at = 0;
  const asked: PromiseWithResolvers<number>[] = [];
  const read = openSharedAnswers<number>(() => Number.POSITIVE_INFINITY);
  const ask = () => {
    asked.push(Promise.withResolvers<number>());
    return asked.at(-1)!.promise;
  };
  return { asked, tick: () => ++at, read: (after: number) => read("source", () => ({ nowMs: 0, at: ++at, after }), ask) };
}

test("clusters that each need a newer answer than the one under way share the next", async () => {
  const { asked, tick, read } = aSource();
  const first = read(Number.NEGATIVE_INFINITY);
  const later = [read(tick()), read(tick()), read(tick())];
  expect(asked).toHaveLength(1);
  asked[0]!.resolve(1);
  expect(await first).toBe(1);
  await new Promise(setImmediate);
  expect(asked).toHaveLength(2);
  asked[1]!.resolve(2);
  expect(await Promise.all(later)).toEqual([2, 2, 2]);
});

test("an answer that was asked for late enough is shared while it is under way, and after that", async () => {
  const { asked, tick, read } = aSource();
  const before = tick();
  const both = [read(before), read(before)];
  asked[0]!.resolve(1);
  expect(await Promise.all([...both, read(before)])).toEqual([1, 1, 1]);
  expect(asked).toHaveLength(1);
});

test("an answer that fails is asked for anew by the next cluster", async () => {
  const { asked, read } = aSource();
  const first = read(Number.NEGATIVE_INFINITY);
  asked[0]!.reject(new Error("a bug"));
  await expect(first).rejects.toThrow("a bug");
  const second = read(Number.NEGATIVE_INFINITY);
  asked[1]!.resolve(2);
  expect(await second).toBe(2);
});
