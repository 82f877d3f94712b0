// Holds the memory of pushes to its one promise: no change is taken for a repetition.

import { beforeEach, describe, expect, test } from "vitest";
import type { Push } from "../../functions/receive/alerts.ts";
import type { PushMemory } from "../../functions/receive/dedup.ts";
import { aMemory, aPush, aPushed, NOW_MS } from "./pushes.ts";

const MINUTE_MS = 60_000;
const firing = aPushed("A");
const endsMs = firing.endsMs;

let memory: PushMemory;
beforeEach(() => {
  memory = aMemory();
});

describe("after a push of a firing alert, the next push is", () => {
  test.each<{ what: string; next: Push; isNews: boolean; laterMs?: number }>([
    { what: "no news where it repeats the alert", next: aPush(firing), isNews: false },
    { what: "no news where the alert ends later", next: aPush({ ...firing, endsMs: endsMs + MINUTE_MS }), isNews: false },
    { what: "news where the alert is resolved", next: aPush({ ...firing, state: "resolved", endsMs: NOW_MS }), isNews: true },
    {
      what: "news where the alert ends earlier, by a clock that is ahead",
      next: aPush({ ...firing, endsMs: NOW_MS + 5_000 }),
      isNews: true,
    },
    {
      what: "news where the alert is resolved long after the last push of it",
      next: aPush({ ...firing, state: "resolved", endsMs: endsMs + MINUTE_MS }),
      isNews: true,
    },
    { what: "news where the alert has another start", next: aPush({ ...firing, start: "2026-01-01T00:00:30Z" }), isNews: true },
    { what: "news where a second alert fires too", next: aPush(firing, aPushed("B")), isNews: true },
    { what: "news where the alert has another label", next: aPush({ ...firing, labels: { ...firing.labels, pod: "1" } }), isNews: true },
    { what: "news where it is partial", next: { ...aPush(firing), isPartial: true }, isNews: true },
    { what: "no news where it names no alert", next: aPush(), isNews: false },
    { what: "no news where it repeats the alert after nine minutes", next: aPush(firing), isNews: false, laterMs: 9 * MINUTE_MS },
    { what: "news where it repeats the alert after ten minutes", next: aPush(firing), isNews: true, laterMs: 10 * MINUTE_MS },
  ])("$what", ({ next, isNews, laterMs = 1 }) => {
    memory.remember("eu", aPush(firing), NOW_MS);
    expect(memory.isNews("eu", next, NOW_MS + laterMs)).toBe(isNews);
  });
});

test("an alert is news until it is remembered", () => {
  expect([1, 2].map(() => memory.isNews("eu", aPush(firing), NOW_MS))).toEqual([true, true]);
});

test("the order of labels makes no news", () => {
  memory.remember("eu", aPush(aPushed("A", { labels: { a: "1", b: "2" } })), NOW_MS);
  expect(memory.isNews("eu", aPush(aPushed("A", { labels: { b: "2", a: "1" } })), NOW_MS)).toBe(false);
});

test("an alert that two replicas push with different starts is news once for each", () => {
  const [one, other] = [firing, { ...firing, start: "2026-01-01T00:00:05Z" }].map((alert) => aPush(alert));
  const news = [one!, other!, one!, other!].map((push) => {
    const isNews = memory.isNews("eu", push, NOW_MS);
    memory.remember("eu", push, NOW_MS);
    return isNews;
  });
  expect(news).toEqual([true, true, false, false]);
});

test("an alert that is pushed again is remembered for longer", () => {
  for (const minute of [0, 8]) memory.remember("eu", aPush(firing), NOW_MS + minute * MINUTE_MS);
  expect(memory.isNews("eu", aPush(firing), NOW_MS + 16 * MINUTE_MS)).toBe(false);
});

test("an alert that is not pushed again is forgotten beside one that is", () => {
  memory.remember("eu", aPush(firing, aPushed("B")), NOW_MS);
  memory.remember("eu", aPush(firing), NOW_MS + 8 * MINUTE_MS);
  const isNews = (name: string) => memory.isNews("eu", aPush(aPushed(name)), NOW_MS + 11 * MINUTE_MS);
  expect([isNews("A"), isNews("B")]).toEqual([false, true]);
});

test("an alert of one cluster is news in another", () => {
  memory.remember("eu", aPush(firing), NOW_MS);
  expect(memory.isNews("us", aPush(firing), NOW_MS)).toBe(true);
});

describe("a cluster's tokens", () => {
  const spend = (times: number, nowMs: number) => Array.from({ length: times }, () => memory.spend("eu", nowMs)).filter(Boolean).length;

  test("allow sixty requests at once, and one a second from then on", () => {
    expect(spend(100, NOW_MS)).toBe(60);
    expect(spend(100, NOW_MS + 999)).toBe(0);
    expect(spend(100, NOW_MS + 3_000)).toBe(3);
  });

  test("never exceed sixty", () => {
    expect(spend(100, NOW_MS)).toBe(60);
    expect(spend(100, NOW_MS + 60 * MINUTE_MS)).toBe(60);
  });

  test("do not refill when the clock is set back", () => {
    expect(spend(100, NOW_MS)).toBe(60);
    expect(spend(100, NOW_MS - 60 * MINUTE_MS)).toBe(0);
  });

  test("are not shared with other clusters", () => {
    spend(100, NOW_MS);
    expect(memory.spend("us", NOW_MS)).toBe(true);
  });
});

test("the cluster with the most alerts is forgotten first when the memory is full", () => {
  const many = (prefix: string, count: number) => aPush(...Array.from({ length: count }, (_, index) => aPushed(`${prefix}${index}`)));
  memory.remember("quiet", aPush(firing), NOW_MS);
  for (let round = 0; round < 30; round++) memory.remember("loud", many(`${round}-`, 4_000), NOW_MS);
  expect(memory.size()).toBeLessThanOrEqual(50_000);
  expect(memory.isNews("quiet", aPush(firing), NOW_MS)).toBe(false);
});

test("the memory keeps the clusters that pushed last", () => {
  for (let index = 0; index < 10_001; index++) memory.remember(`c-${index}`, aPush(firing), NOW_MS);
  expect(["c-0", "c-10000"].map((name) => memory.isNews(name, aPush(firing), NOW_MS))).toEqual([true, false]);
  expect(memory.size()).toBeLessThanOrEqual(10_000);
});
