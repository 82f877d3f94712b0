import { describe, expect, test } from "vitest";
import { durationText, parseDurationMs, parseTimeMs, timeText } from "../../functions/core/time.ts";

describe("a duration as Prometheus writes it", () => {
  test.each([
    { text: "5ms", ms: 5 },
    { text: "30s", ms: 30_000 },
    { text: "1m", ms: 60_000 },
    { text: "1m30s", ms: 90_000 },
    { text: "2h30m", ms: 9_000_000 },
    { text: "1d", ms: 86_400_000 },
    { text: "1w", ms: 604_800_000 },
    { text: "1y", ms: 31_536_000_000 },
    { text: "1s5ms", ms: 1_005 },
    { text: "0s", ms: 0 },
  ])("$text is $ms ms", ({ text, ms }) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  test.each(["", "1", "m", "1 m", "1.5m", "-1m", "1M", "one minute", "1m "])("%j is none", (text) => {
    expect(parseDurationMs(text)).toBeNaN();
  });

  test.each([
    { ms: 0, text: "0ms" },
    { ms: 250, text: "250ms" },
    { ms: 1_000, text: "1s" },
    { ms: 90_000, text: "90s" },
    { ms: 60_000, text: "1m" },
    { ms: 360_000, text: "6m" },
    { ms: 5_400_000, text: "90m" },
    { ms: 7_200_000, text: "2h" },
    { ms: 1_001, text: "1001ms" },
  ])("$ms ms are written $text, and read again", ({ ms, text }) => {
    expect(durationText(ms)).toBe(text);
    expect(parseDurationMs(text)).toBe(ms);
  });
});

describe("a time as a server writes it", () => {
  const NOON = Date.UTC(2026, 5, 1, 12);
  test.each([
    { text: "2026-06-01T12:00:00Z", ms: NOON },
    { text: "2026-06-01T14:00:00+02:00", ms: NOON },
    { text: "2026-06-01T12:00:00.5Z", ms: NOON + 500 },
    { text: "2026-06-01T12:00:00.123456789Z", ms: NOON + 123 },
    { text: "2026-06-01T12:00:00.123456789+00:00", ms: NOON + 123 },
    { text: "0001-01-01T00:00:00Z", ms: -62_135_596_800_000 },
  ])("$text", ({ text, ms }) => {
    expect(parseTimeMs(text)).toBe(ms);
  });

  test.each([undefined, null, 0, NOON, "", "yesterday", {}, new Date(NOON)])("%j is none", (value) => {
    expect(parseTimeMs(value)).toBeNaN();
  });
});

test.each([
  { ms: 0, text: "1970-01-01T00:00:00Z" },
  { ms: Date.UTC(2026, 10, 27, 9, 8, 7, 999), text: "2026-11-27T09:08:07Z" },
])("$ms ms since the epoch are written as $text", ({ ms, text }) => {
  expect(timeText(ms)).toBe(text);
});
