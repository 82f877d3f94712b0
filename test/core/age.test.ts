// An age is as short as kubectl prints it.

import { expect, test } from "vitest";
import { ageText, spanText } from "../../functions/core/age.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

test.each([
  { ms: 0, text: "0s" },
  { ms: -5 * SECOND, text: "0s" },
  { ms: 45 * SECOND + 999, text: "45s" },
  { ms: 2 * MINUTE - 1, text: "119s" },
  { ms: 2 * MINUTE, text: "2m" },
  { ms: 2 * HOUR - 1, text: "119m" },
  { ms: 2 * HOUR, text: "2h" },
  { ms: 3 * HOUR + 5 * MINUTE, text: "3h5m" },
  { ms: 2 * DAY - 1, text: "47h59m" },
  { ms: 2 * DAY, text: "2d" },
  { ms: 5 * DAY + 23 * HOUR, text: "5d" },
  { ms: Number.NaN, text: "-" },
])("$ms ms are $text", ({ ms, text }) => {
  expect(spanText(ms)).toBe(text);
});

test("an age goes from one time to another", () => {
  expect(ageText("2026-01-01T00:00:00Z", "2026-01-01T00:12:00Z")).toBe("12m");
  expect(ageText("some day", "2026-01-01T00:12:00Z")).toBe("-");
});
