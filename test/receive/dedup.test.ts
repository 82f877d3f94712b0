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

describe("after a push that an alert fires, it is", () => {
  test.each<{ said: string; next: Push; isNews: boolean; laterMs?: number }>([
    { said: "no news that it fires", next: aPush(firing), isNews: false },
    { said: "no news that it fires on, and ends later", next: aPush({ ...firing, endsMs: endsMs + MINUTE_MS }), isNews: false },
    { said: "news that it is over", next: aPush({ ...firing, state: "resolved", endsMs: NOW_MS }), isNews: true },
    { said: "news that it is over, by a clock ahead of ours", next: aPush({ ...firing, endsMs: NOW_MS + 5_000 }), isNews: true },
    {
      said: "news that it was over long after the last word of it",
      next: aPush({ ...firing, state: "resolved", endsMs: endsMs + MINUTE_MS }),
      isNews: true,
    },
    { said: "news that it began anew", next: aPush({ ...firing, start: "2026-01-01T00:00:30Z" }), isNews: true },
    { said: "news that another fires too", next: aPush(firing, aPushed("B")), isNews: true },
    { said: "news that it has another label", next: aPush({ ...firing, labels: { ...firing.labels, pod: "1" } }), isNews: true },
    { said: "news whatever a sender leaves out", next: { ...aPush(firing), isPartial: true }, isNews: true },
    { said: "no news that nothing fires", next: aPush(), isNews: false },
    { said: "no news nine minutes later", next: aPush(firing), isNews: false, laterMs: 9 * MINUTE_MS },
    { said: "news ten minutes later", next: aPush(firing), isNews: true, laterMs: 10 * MINUTE_MS },
  ])("$said", ({ next, isNews, laterMs = 1 }) => {
    memory.remember("eu", aPush(firing), NOW_MS);
    expect(memory.isNews("eu", next, NOW_MS + laterMs)).toBe(isNews);
  });
});

test("each alert is news until it is remembered", () => {
  expect([1, 2].map(() => memory.isNews("eu", aPush(firing), NOW_MS))).toEqual([true, true]);
});

test("the order of labels says nothing", () => {
  memory.remember("eu", aPush(aPushed("A", { labels: { a: "1", b: "2" } })), NOW_MS);
  expect(memory.isNews("eu", aPush(aPushed("A", { labels: { b: "2", a: "1" } })), NOW_MS)).toBe(false);
});

test("what two of a pair say of one alert, each with a start of its own, is news once each", () => {
  const [one, other] = [firing, { ...firing, start: "2026-01-01T00:00:05Z" }].map((alert) => aPush(alert));
  const told = [one!, other!, one!, other!].map((push) => {
    const isNews = memory.isNews("eu", push, NOW_MS);
    memory.remember("eu", push, NOW_MS);
    return isNews;
  });
  expect(told).toEqual([true, true, false, false]);
});

test("what is said again is remembered for longer", () => {
  for (const minute of [0, 8]) memory.remember("eu", aPush(firing), NOW_MS + minute * MINUTE_MS);
  expect(memory.isNews("eu", aPush(firing), NOW_MS + 16 * MINUTE_MS)).toBe(false);
});

test("what is not said again is forgotten beside what is", () => {
  memory.remember("eu", aPush(firing, aPushed("B")), NOW_MS);
  memory.remember("eu", aPush(firing), NOW_MS + 8 * MINUTE_MS);
  const isNews = (name: string) => memory.isNews("eu", aPush(aPushed(name)), NOW_MS + 11 * MINUTE_MS);
  expect([isNews("A"), isNews("B")]).toEqual([false, true]);
});

test("clusters are not told of each other's alerts", () => {
  memory.remember("eu", aPush(firing), NOW_MS);
  expect(memory.isNews("us", aPush(firing), NOW_MS)).toBe(true);
});

describe("a cluster's tokens", () => {
  const spend = (times: number, nowMs: number) => Array.from({ length: times }, () => memory.spend("eu", nowMs)).filter(Boolean).length;

  test("last for sixty at once, and for one a second from then on", () => {
    expect(spend(100, NOW_MS)).toBe(60);
    expect(spend(100, NOW_MS + 999)).toBe(0);
    expect(spend(100, NOW_MS + 3_000)).toBe(3);
  });

  test("are never more than sixty", () => {
    expect(spend(100, NOW_MS)).toBe(60);
    expect(spend(100, NOW_MS + 60 * MINUTE_MS)).toBe(60);
  });

  test("do not come from a clock that is set back", () => {
    expect(spend(100, NOW_MS)).toBe(60);
    expect(spend(100, NOW_MS - 60 * MINUTE_MS)).toBe(0);
  });

  test("are its own", () => {
    spend(100, NOW_MS);
    expect(memory.spend("us", NOW_MS)).toBe(true);
  });
});

test("whoever names most is forgotten first when there is no room for more", () => {
  const many = (prefix: string, count: number) => aPush(...Array.from({ length: count }, (_, index) => aPushed(`${prefix}${index}`)));
  memory.remember("quiet", aPush(firing), NOW_MS);
  for (let round = 0; round < 30; round++) memory.remember("loud", many(`${round}-`, 4_000), NOW_MS);
  expect(memory.size()).toBeLessThanOrEqual(50_000);
  expect(memory.isNews("quiet", aPush(firing), NOW_MS)).toBe(false);
});

test("of ever more clusters it remembers those that were heard last", () => {
  for (let index = 0; index < 10_001; index++) memory.remember(`c-${index}`, aPush(firing), NOW_MS);
  expect(["c-0", "c-10000"].map((name) => memory.isNews(name, aPush(firing), NOW_MS))).toEqual([true, false]);
  expect(memory.size()).toBeLessThanOrEqual(10_000);
});
