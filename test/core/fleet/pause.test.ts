// A pause ends by itself, and is put into a fleet's document and taken out without a touch on anything else.

import { describe, expect, test } from "vitest";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { isPaused, keepPauses, pauseText, withoutPause, withPause } from "../../../functions/core/fleet/pause.ts";
import { aCluster, aFleet } from "./fleet-documents.ts";

const NOON_MS = Date.parse("2026-01-01T12:00:00Z");
const pause = { until: "2026-01-01T13:00:00Z", why: "upgrade", by: "ada" };

test.each([
  { pause: true, at: "ever", nowMs: NOON_MS, paused: true },
  { pause: false, at: "ever", nowMs: NOON_MS, paused: false },
  { pause, at: "before its end", nowMs: NOON_MS, paused: true },
  { pause, at: "at its end", nowMs: NOON_MS + 3_600_000, paused: false },
])("a cluster with $pause is paused $at: $paused", ({ pause, nowMs, paused }) => {
  expect(isPaused(pause, nowMs)).toBe(paused);
});

test("a pause says until when, why and by whom", () => {
  expect([pauseText(pause), pauseText(true)]).toEqual(["until 2026-01-01T13:00:00Z: upgrade (ada)", undefined]);
});

test.each([
  { what: "without a reason", paused: { until: pause.until, by: "ada" }, path: ["clusters", 0, "paused", "why"] },
  { what: "until a time that is none", paused: { ...pause, until: "tomorrow" }, path: ["clusters", 0, "paused", "until"] },
])("a pause $what is refused", ({ paused, path }) => {
  expect(parseFleet(aFleet(aCluster({ paused }))).wrong[0]?.problems[0]?.path).toEqual(path);
});

describe("in the document of a fleet", () => {
  const document = { defaults: { mode: "shadow" }, clusters: [{ name: "a", labels: { x: "y" } }, { name: "b", paused: pause }, 7, null] };

  test("a pause is put in", () => {
    expect(withPause(document, new Set(["a"]), pause)).toEqual({
      ...document,
      clusters: [{ name: "a", labels: { x: "y" }, paused: pause }, document.clusters[1], 7, null],
    });
  });

  test("a pause is taken out", () => {
    expect(withoutPause(document, new Set(["b"]))).toEqual({ ...document, clusters: [document.clusters[0], { name: "b" }, 7, null] });
  });

  test("a pause of the defaults is taken out of one cluster", () => {
    const paused = { ...document, defaults: { paused: true } };
    expect(withoutPause(paused, new Set(["a"]))).toMatchObject({
      defaults: { paused: true },
      clusters: [{ name: "a", paused: false }, { name: "b", paused: pause }, 7, null],
    });
  });

  test.each([
    { what: "runs still stays", next: { name: "b" }, nowMs: NOON_MS, kept: ["b"], paused: pause },
    { what: "is over goes", next: { name: "b" }, nowMs: NOON_MS + 3_600_000, kept: [], paused: undefined },
    { what: "the new document contradicts goes", next: { name: "b", paused: false }, nowMs: NOON_MS, kept: [], paused: false },
  ])("a pause that $what in the document that replaces it", ({ next, nowMs, kept, paused }) => {
    expect(keepPauses({ clusters: [next] }, document, nowMs)).toEqual({
      document: { clusters: [{ name: "b", ...(paused !== undefined && { paused }) }] },
      kept,
    });
  });

  test("a pause is kept for no entry without a name", () => {
    const nameless = { clusters: [{ labels: {} }] };
    expect(keepPauses(nameless, { clusters: [{ paused: pause }] }, NOON_MS)).toEqual({ document: nameless, kept: [] });
  });

  test("that has no clusters, there is nothing to pause", () => {
    expect(withPause({ clusters: {} }, new Set(["a"]), pause)).toEqual({ clusters: [] });
  });

  test("a pause of true is no pause that a later document keeps", () => {
    expect(keepPauses({ clusters: [{ name: "b" }] }, { clusters: [{ name: "b", paused: true }] }, NOON_MS).kept).toEqual([]);
  });
});
