// Holds reads of stored texts to full calls and few of them a second, whatever the store is.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openQueue, readFrom } from "../../../functions/io/aws/together.ts";

// Each pause is over in the next turn, and told; the clock of the pauses stands still.
const pauses = vi.hoisted((): number[] => []);
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number) => {
    pauses.push(ms);
    return new Promise((resolve) => setImmediate(resolve));
  },
}));
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  pauses.length = 0;
});
afterEach(() => void vi.useRealTimers());

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

/** A store that takes ten names a call, and the calls that it gets, as many names as each has. */
function aStore() {
  const calls: number[] = [];
  const askForAll = async (names: string[]) => {
    calls.push(names.length);
    return new Map(names.map((name) => [name, `text of ${name}`]));
  };
  const askForOne = async (name: string) => {
    calls.push(1);
    return `text of ${name}`;
  };
  return { calls, queue: openQueue({ most: 10, askForAll, askForOne }) };
}

test("a cold start of two hundred names is twenty calls, three of them a second", async () => {
  const { calls, queue } = aStore();
  const names = namesOf(200);
  expect(await Promise.all(names.map((name) => readFrom(queue, name)))).toEqual(names.map((name) => `text of ${name}`));
  expect(calls).toEqual(Array(20).fill(10));
  expect(pauses).toEqual(Array(17).fill(1_000));
});

test("a name that comes while a call has to wait goes with it", async () => {
  const { calls, queue } = aStore();
  for (const name of ["a", "b", "c"]) await readFrom(queue, name);
  const waiting = [readFrom(queue, "d")];
  setImmediate(() => waiting.push(readFrom(queue, "e")));
  await waiting[0];
  expect(calls).toEqual([1, 1, 1, 2]);
  expect(await Promise.all(waiting)).toEqual(["text of d", "text of e"]);
});

test("one name alone waits for no other", async () => {
  const { calls, queue } = aStore();
  expect(await readFrom(queue, "a")).toBe("text of a");
  expect({ calls, pauses }).toEqual({ calls: [1], pauses: [] });
});
