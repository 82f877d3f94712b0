import { describe, expect, it } from "vitest";
import { erasOf, livesOf, type Signs, scrapeMs } from "../../functions/replay/eras.ts";
import type { Grid } from "../../functions/replay/grid.ts";

const grid: Grid = { fromMs: 0, stepMs: 1_000, count: 40 };
/** Scraped each second but where it is left out. */
const scraped = (isScraped: (second: number) => boolean = () => true) => {
  const values = new Float64Array(grid.count).fill(Number.NaN);
  let last = Number.NaN;
  for (let second = 0; second < grid.count; second++) {
    if (isScraped(second)) last = second;
    values[second] = last;
  }
  return values;
};
const signs = (more: Partial<Signs>): Signs => ({
  evaluated: [[0, 40]],
  waiting: [],
  refused: [],
  intervalMs: 1_000,
  silentMs: 0,
  scrapedS: scraped(),
  ...more,
});
const told = (one: Signs) => erasOf(grid, one, 1_000).map(({ was, run: [from, to] }) => `${was} ${from}-${to}`);
const isUp = (second: number) => second < 10 || second >= 20;

describe("a source", () => {
  it.each<{ that: string; of: Partial<Signs>; was: string[] }>([
    { that: "is scraped and evaluated", of: {}, was: ["evaluated 0-40"] },
    {
      that: "is down",
      of: {
        scrapedS: scraped(isUp),
        evaluated: [
          [0, 10],
          [20, 40],
        ],
      },
      was: ["evaluated 0-11", "gap 11-20", "evaluated 20-40"],
    },
    {
      that: "misses three evaluations",
      of: {
        evaluated: [
          [0, 10],
          [13, 40],
        ],
      },
      was: ["evaluated 0-40"],
    },
    {
      that: "misses five",
      of: {
        evaluated: [
          [0, 10],
          [15, 40],
        ],
      },
      was: ["evaluated 0-13", "stalled 13-15", "evaluated 15-40"],
    },
    { that: "has never evaluated", of: { evaluated: [] }, was: ["not evaluated yet 0-40"] },
    {
      that: "evaluates late after it was down",
      of: {
        scrapedS: scraped(isUp),
        evaluated: [
          [0, 10],
          [25, 40],
        ],
      },
      was: ["evaluated 0-11", "gap 11-20", "not evaluated yet 20-25", "evaluated 25-40"],
    },
    {
      that: "does not answer for a part",
      of: { refused: [{ run: [5, 8], why: "no" }] },
      was: ["evaluated 0-5", "gap 5-8", "evaluated 8-40"],
    },
    { that: "scrapes nothing, but evaluates", of: { scrapedS: undefined, evaluated: [[5, 40]] }, was: ["gap 0-5", "evaluated 5-40"] },
  ])("that $that", ({ of, was }) => {
    expect(told(signs(of))).toEqual(was);
  });

  it("tells when this life of it began", () => {
    const startedS = new Float64Array(grid.count).map((_, second) => (second < 22 ? -100 : 19.5));
    const eras = erasOf(
      grid,
      signs({
        scrapedS: scraped(isUp),
        evaluated: [
          [0, 10],
          [20, 40],
        ],
        startedS,
      }),
      1_000,
    );
    expect(eras.map(({ was, startedMs }) => `${was} ${startedMs}`)).toEqual(["evaluated -100000", "gap 11000", "evaluated 19500"]);
    expect(livesOf(eras)).toEqual([
      [0, 11],
      [20, 40],
    ]);
  });

  it("begins another life where its watchdog waits anew", () => {
    const eras = erasOf(grid, signs({ waiting: [[15, 18]] }), 1_000);
    expect(livesOf(eras)).toEqual([
      [0, 15],
      [15, 40],
    ]);
  });
});

it.each([
  { seconds: [1, 1, 2, 3, 3, 4], everyMs: 1_000 },
  { seconds: [1, 31, 61, 500, 530, 560], everyMs: 30_000 },
  { seconds: [Number.NaN, Number.NaN], everyMs: undefined },
])("scrapes at $seconds are $everyMs ms apart", ({ seconds, everyMs }) => {
  expect(scrapeMs(Float64Array.from(seconds))).toBe(everyMs);
});
