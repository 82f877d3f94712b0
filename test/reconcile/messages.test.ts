// Sorts the messages of a batch: which clusters to read, what came too late, what is malformed.

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sortBatch } from "../../functions/reconcile/messages.ts";
import { aMessage, aTick, type QueueMessage } from "../support/queue-messages.ts";

type Settings = { nowMs?: number; tickMs?: number; readAt?: Record<string, number>; failedAt?: Record<string, number> };

const NOW = Date.now();

// No time passes between a message and its batch, however long the machine takes.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOW }));
afterEach(() => void vi.useRealTimers());

function sorted(records: readonly QueueMessage[], { nowMs = Date.now(), tickMs = 60_000, readAt = {}, failedAt = {} }: Settings = {}) {
  const messages = records.map(({ messageId, body, attributes }) => ({
    id: messageId,
    body,
    queuedAtMs: Number(attributes.SentTimestamp),
  }));
  return sortBatch(messages, { nowMs, tickMs, readAtMs: new Map(Object.entries(readAt)), failedAtMs: new Map(Object.entries(failedAt)) });
}

const push = (...clusters: readonly string[]) => aMessage({ clusters });

describe("a batch", () => {
  test("asks for each cluster once, however often it is named", () => {
    const batch = sorted([push("eu", "us"), push("us"), push("us", "us"), aTick(["eu", "ap"])]);
    expect([...batch.requested].toSorted()).toEqual(["ap", "eu", "us"]);
    expect([...batch.ofTick]).toEqual(["eu", "ap"]);
    expect(batch.cause).toBe("push and schedule");
  });

  test("means the same in any order", () => {
    const records = [push("eu"), push("us", "eu"), aTick(["ap"]), aTick(["old"], { ageMs: 90_000 }), aMessage({ clusters: [] })];
    const nowMs = Date.now();
    const meaning = (some: readonly QueueMessage[]) => {
      const { requested, ofTick, ofPush, malformed, ticksDropped, oldestMs } = sorted(some, { nowMs });
      return {
        requested: [...requested].toSorted(),
        ofTick: [...ofTick].toSorted(),
        ofPush: [...ofPush].toSorted(),
        malformed: malformed.size,
        ticksDropped,
        oldestMs,
      };
    };
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: records.length }), (shuffled) => {
        expect(meaning(shuffled)).toEqual(meaning(records));
      }),
    );
  });

  test("of nothing asks for nothing", () => {
    expect(sorted([])).toMatchObject({ requested: new Set(), ticksDropped: 0, pushesDropped: 0, oldestMs: 0 });
  });

  test("of ten thousand names keeps them all", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `cluster-${index}`);
    expect(sorted([push(...names)]).requested.size).toBe(10_000);
  });

  test("keeps what is malformed apart from the rest, and says why", () => {
    const bad = aMessage({ clusters: [] });
    const batch = sorted([push("eu"), bad]);
    expect([...batch.malformed]).toEqual([[bad.messageId, expect.stringContaining("at least one cluster")]]);
    expect([...batch.requested]).toEqual(["eu"]);
  });
});

describe("a request that is old", () => {
  test.each([
    { what: "a tick's, younger than the tick", message: aTick(["eu"], { ageMs: 50_000 }), requested: ["eu"], dropped: [0, 0] },
    { what: "a tick's, older than the tick", message: aTick(["eu"], { ageMs: 70_000 }), requested: [], dropped: [1, 0] },
    { what: "a push's, younger than a tick", message: aMessage({}, { ageMs: 50_000 }), requested: ["eu"], dropped: [0, 0] },
    { what: "a push's, older than a tick", message: aMessage({}, { ageMs: 70_000 }), requested: [], dropped: [0, 1] },
    {
      what: "another system's, however old",
      message: aMessage({ cause: "manual" }, { ageMs: 3_600_000 }),
      requested: ["eu"],
      dropped: [0, 0],
    },
    {
      what: "another system's that calls itself a tick",
      message: aMessage({ cause: "schedule" }, { ageMs: 3_600_000, source: "com.example" }),
      requested: ["eu"],
      dropped: [0, 0],
    },
    { what: "a tick's of the future", message: aTick(["eu"], { ageMs: -70_000 }), requested: ["eu"], dropped: [0, 0] },
  ])("$what: requests $requested, dropped $dropped", ({ message, requested, dropped }) => {
    const batch = sorted([message]);
    expect([...batch.requested]).toEqual(requested);
    expect([batch.ticksDropped, batch.pushesDropped]).toEqual(dropped);
  });

  test("says how long the oldest has waited, the dropped ones too", () => {
    expect(sorted([push("eu"), aTick(["eu"], { ageMs: 90_000 })]).oldestMs).toBeGreaterThanOrEqual(89_000);
    expect(sorted([aTick(["eu"], { ageMs: -90_000 })]).oldestMs).toBe(0);
  });

  test("is measured by the tick of this stack", () => {
    expect(sorted([aTick(["eu"], { ageMs: 90_000 })], { tickMs: 300_000 }).ticksDropped).toBe(0);
  });
});

describe("a request for a cluster whose last read began", () => {
  const queued = { ageMs: 10_000 };
  test.each<{ began: string; readAt: Record<string, number>; answered: boolean }>([
    { began: "never", readAt: {}, answered: false },
    { began: "before it was queued", readAt: { eu: NOW - 15_000 }, answered: false },
    { began: "about when it was queued, as far as two clocks can tell", readAt: { eu: NOW - 9_500 }, answered: false },
    { began: "after it was queued", readAt: { eu: NOW - 5_000 }, answered: true },
    { began: "after it was queued, which was another cluster's", readAt: { us: NOW - 5_000 }, answered: false },
  ])("$began: is answered already $answered", ({ readAt, answered }) => {
    const batch = sorted([aMessage({ clusters: ["eu"] }, queued)], { readAt });
    expect([...batch.requested]).toEqual(answered ? [] : ["eu"]);
    expect([...batch.answered]).toEqual(answered ? ["eu"] : []);
  });

  test("between two requests answers the first one only", () => {
    const batch = sorted([aMessage({ clusters: ["eu"] }, queued), aMessage({ clusters: ["eu"] })], { readAt: { eu: NOW - 5_000 } });
    expect([...batch.requested]).toEqual(["eu"]);
    expect([...batch.answered]).toEqual([]);
  });
});

describe("a cluster that failed a moment ago", () => {
  const failedAt = { eu: NOW - 10_000 };
  test.each([
    { asks: "a push", messages: [push("eu")], requested: [], resting: ["eu"] },
    { asks: "a tick", messages: [aTick(["eu"])], requested: ["eu"], resting: [] },
    { asks: "another system", messages: [aMessage({ cause: "manual" })], requested: ["eu"], resting: [] },
    { asks: "a tick beside a push", messages: [push("eu"), aTick(["eu"])], requested: ["eu"], resting: [] },
    { asks: "a push for others too", messages: [push("eu", "us")], requested: ["us"], resting: ["eu"] },
  ])("is read $requested and rests $resting where $asks asks for it", ({ messages, requested, resting }) => {
    const batch = sorted(messages, { failedAt });
    expect([...batch.requested]).toEqual(requested);
    expect([...batch.resting]).toEqual(resting);
    expect([...batch.answered]).toEqual([]);
  });

  test.each([
    { what: "a tick", tickMs: 60_000, ago: 60_000 },
    { what: "a minute, however long the tick", tickMs: 86_400_000, ago: 60_000 },
  ])("rests for $what", ({ tickMs, ago }) => {
    expect(sorted([push("eu")], { tickMs, failedAt: { eu: NOW - ago + 1_000 } }).requested.size).toBe(0);
    expect(sorted([push("eu")], { tickMs, failedAt: { eu: NOW - ago } }).requested.size).toBe(1);
  });
});

test("only what nothing but a push asks for is hurried", () => {
  const manual = aMessage({ clusters: ["ap"], cause: "manual" });
  expect([...sorted([push("eu", "us", "ap"), aTick(["us"]), manual]).ofPush]).toEqual(["eu"]);
});
