// A timeline: how long a change lasted, what flaps, and which ticks were missed.

import { describe, expect, test } from "vitest";
import type { Change } from "../../functions/state/state.ts";
import { entriesOf, missedOf } from "../../functions/state/timeline.ts";

const MINUTE_MS = 60_000;
const time = (minute: number) => `2026-01-01T12:${String(minute).padStart(2, "0")}:00Z`;
const change = (minute: number, from: string, to: string, name = "db"): Change => ({
  at: time(minute),
  cluster: "prod",
  resource: { apiVersion: "v1", kind: "Database", name },
  type: "Healthy",
  from: { status: from, reason: "" },
  to: { status: to, reason: "" },
  because: [],
});
const SINCE_MS = Date.parse(time(0));

describe("an entry", () => {
  test("lasts until the next change of the same condition, and the last one still does", () => {
    const entries = entriesOf([change(5, "True", "False"), change(6, "True", "False", "other"), change(15, "False", "Unknown")], SINCE_MS);
    expect(entries.map(({ lastedMs }) => lastedMs)).toEqual([10 * MINUTE_MS, undefined, undefined]);
  });

  test("that leads back to what was so before is a flap", () => {
    const entries = entriesOf([change(1, "True", "False"), change(2, "False", "True"), change(3, "True", "Unknown")], SINCE_MS);
    expect(entries.map(({ isFlap }) => isFlap)).toEqual([undefined, true, undefined]);
  });

  test("that was kept twice is one, and the order is that of time", () => {
    const [early, late] = [change(1, "True", "False"), change(2, "False", "True", "other")];
    expect(entriesOf([late, early, late], SINCE_MS).map(({ at }) => at)).toEqual([early.at, late.at]);
  });

  test("before the time is none, but it tells a flap after it", () => {
    const entries = entriesOf([change(1, "True", "False"), change(9, "False", "True")], Date.parse(time(5)));
    expect(entries).toMatchObject([{ at: time(9), isFlap: true }]);
  });
});

describe("of the ticks of an hour", () => {
  const tick = (minute: number, accounted = 2) => ({ atMs: minute * MINUTE_MS, shards: 2, accounted });
  const every = (from: number, to: number) => Array.from({ length: to - from }, (_, minute) => tick(from + minute));

  test.each([
    { what: "all there miss none", ticks: every(60, 120), missed: { due: 60, missed: 0, partial: 0 } },
    {
      what: "a gap misses as many as fit into it",
      ticks: [...every(60, 80), ...every(85, 120)],
      missed: { due: 60, missed: 5, partial: 0 },
    },
    {
      what: "a gap that began before counts from the beginning",
      ticks: [tick(1), ...every(70, 120)],
      missed: { due: 60, missed: 10, partial: 0 },
    },
    {
      what: "what is missing until now is missed, but for one that may be late",
      ticks: every(60, 110),
      missed: { due: 60, missed: 10, partial: 0 },
    },
    { what: "none for longer are all missed", ticks: every(0, 60), missed: { due: 60, missed: 60, partial: 0 } },
    {
      what: "one that looked at nothing is missed",
      ticks: [tick(118, 0), tick(119), tick(120)],
      missed: { due: 3, missed: 1, partial: 0 },
    },
    {
      what: "one that lost a shard is named apart",
      ticks: [tick(118, 1), tick(119), tick(120)],
      missed: { due: 3, missed: 0, partial: 1 },
    },
    { what: "the last one may be at work still", ticks: [tick(119), tick(120, 0)], missed: { due: 2, missed: 0, partial: 0 } },
    {
      what: "late by seconds is none missed",
      ticks: every(60, 121).map((one, place) => ({ ...one, atMs: one.atMs + (place % 2) * 20_000 })),
      missed: { due: 61, missed: 0, partial: 0 },
    },
    { what: "none at all say nothing", ticks: [], missed: { due: 0, missed: 0, partial: 0 } },
  ])("$what", ({ ticks, missed }) => {
    expect(missedOf(ticks, MINUTE_MS, 60 * MINUTE_MS, 120 * MINUTE_MS + 1_000)).toEqual(missed);
  });
});
