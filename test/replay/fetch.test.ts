import { describe, expect, it } from "vitest";
import { type Code, UpstreamError } from "../../functions/core/errors.ts";
import type { RangeQuestion } from "../../functions/io/prometheus/range.ts";
import { type Ask, fetchPresence, fetchValues } from "../../functions/replay/fetch.ts";
import type { Grid, Run } from "../../functions/replay/grid.ts";

const grid: Grid = { fromMs: 1_700_000_000_000, stepMs: 15_000, count: 12_000 };
const LABELS = { alertname: "Lost" };

/** A source with one series where the runs are, that remembers what it was asked. */
function source(runs: readonly Run[], refuse: (points: number, question: RangeQuestion) => Code | undefined = () => undefined) {
  const asked: number[] = [];
  const ask: Ask = async (question) => {
    const { fromMs, toMs, stepMs } = question;
    const points = (toMs - fromMs) / stepMs + 1;
    asked.push(points);
    const code = refuse(points, question);
    if (code !== undefined) throw new UpstreamError(code, "the source has had enough");
    const isIn = (ms: number) => runs.some(([from, to]) => ms >= grid.fromMs + from * stepMs && ms < grid.fromMs + to * stepMs);
    const times = Array.from({ length: points }, (_, at) => fromMs + at * stepMs).filter(isIn);
    if (times.length === 0) return { series: [], warnings: [] };
    return {
      series: [{ labels: LABELS, timesMs: Float64Array.from(times), values: new Float64Array(times.length).fill(7) }],
      warnings: [],
    };
  };
  return { ask, asked };
}

describe("a range", () => {
  it("is asked for in parts of fewer than 11,000 points, with no point twice", async () => {
    const { ask, asked } = source([]);
    await fetchPresence(ask, "up", grid);
    expect(Math.max(...asked)).toBeLessThan(11_000);
    expect(asked.reduce((sum, points) => sum + points, 0)).toBe(grid.count);
  });

  it.each<{ runs: Run[] }>([
    { runs: [[0, 12_000]] },
    { runs: [[4_999, 5_001]] },
    {
      runs: [
        [10, 20],
        [21, 22],
        [9_999, 12_000],
      ],
    },
  ])("of $runs is one run over every border of its parts", async ({ runs }) => {
    expect(await fetchPresence(source(runs).ask, "up", grid)).toEqual({ series: [{ labels: LABELS, runs }], refused: [] });
  });

  it.each<Code>(["too-large", "timeout"])("that is refused as %s is asked for in smaller parts", async (code) => {
    const { ask } = source([[0, 12_000]], (points) => (points > 700 ? code : undefined));
    expect(await fetchPresence(ask, "up", grid)).toEqual({ series: [{ labels: LABELS, runs: [[0, 12_000]] }], refused: [] });
  });

  it("of which a half is refused is told without it", async () => {
    const early = grid.fromMs + 2_000 * grid.stepMs;
    const { ask } = source([[0, 12_000]], (_, { fromMs }) => (fromMs < early ? "unavailable" : undefined));
    expect(await fetchPresence(ask, "up", grid)).toEqual({
      series: [{ labels: LABELS, runs: [[2_500, 12_000]] }],
      refused: [{ run: [0, 2_500], why: "the source has had enough" }],
    });
  });

  it.each<Code>(["unauthorized", "forbidden", "not-found"])("that is refused as %s is no range at all", async (code) => {
    await expect(fetchPresence(source([], () => code).ask, "up", grid)).rejects.toThrow("the source has had enough");
  });

  it("of more series than alerts can be about is refused as too large", async () => {
    const one = { timesMs: Float64Array.of(grid.fromMs), values: Float64Array.of(1) };
    const series = Array.from({ length: 20_001 }, (_, at) => ({ labels: { pod: String(at) }, ...one }));
    const asked = fetchPresence(async () => ({ series, warnings: [] }), "lost", { ...grid, count: 1 });
    await expect(asked).rejects.toMatchObject({ code: "too-large" });
  });

  it("with warnings is not believed to be whole", async () => {
    const ask: Ask = async () => ({ series: [], warnings: ["a store is gone"] });
    const { refused } = await fetchPresence(ask, "up", { ...grid, count: 10 });
    expect(refused).toEqual([{ run: [0, 10], why: "a store is gone" }]);
  });
});

it("a value that two series have is none", async () => {
  const { ask } = source([[0, 5]]);
  const twice: Ask = async (question) => {
    const { series, warnings } = await ask(question);
    return { series: [...series, ...series], warnings };
  };
  const { values } = await fetchValues(twice, "up", { ...grid, count: 6 });
  expect([...values]).toEqual(Array.from({ length: 6 }, () => Number.NaN));
  expect([...(await fetchValues(ask, "up", { ...grid, count: 6 })).values]).toEqual([7, 7, 7, 7, 7, Number.NaN]);
});
