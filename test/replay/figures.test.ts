import { describe, expect, it } from "vitest";
import { disagreementsOf, figuresOf, transitionsIn } from "../../functions/replay/figures.ts";
import type { Grid } from "../../functions/replay/grid.ts";
import type { Span, Status } from "../../functions/replay/timeline.ts";

const MINUTE_MS = 60_000;
const grid: Grid = { fromMs: 0, stepMs: MINUTE_MS, count: 100 };

/** `True 60, gap 5, True 35`: what was said, and for how many minutes. */
function spansOf(text: string): readonly Span[] {
  let from = 0;
  return text.split(", ").map((part) => {
    const [word = "", minutes] = part.split(" ");
    const to = from + Number(minutes);
    const span = { run: [from, to] as const, reason: word, because: [], what: word === "warming" ? "warming up" : word };
    from = to;
    const isKnown = word === "True" || word === "False";
    return { ...span, status: (isKnown ? word : "Unknown") as Status, by: word === "gap" ? "gap" : isKnown ? "row" : "findings" };
  });
}
const figures = (text: string, first = 0) => figuresOf(grid, spansOf(text), first, transitionsIn(grid, spansOf(text)));

describe("figures", () => {
  it.each([
    { of: "True 100", transitions: 0, flaps: 0, interruptions: 0 },
    { of: "True 50, False 50", transitions: 1, flaps: 0, interruptions: 0 },
    { of: "True 50, False 9, True 41", transitions: 2, flaps: 1, interruptions: 0 },
    { of: "True 50, False 10, True 40", transitions: 2, flaps: 0, interruptions: 0 },
    { of: "True 20, False 5, True 5, False 5, True 65", transitions: 4, flaps: 3, interruptions: 0 },
    { of: "True 50, False 5, Unknown 45", transitions: 2, flaps: 0, interruptions: 0 },
    { of: "True 50, gap 5, True 45", transitions: 2, flaps: 0, interruptions: 1 },
    { of: "True 50, gap 5, warming 4, True 41", transitions: 3, flaps: 0, interruptions: 1 },
  ])("of $of count $transitions transitions, $flaps flaps, $interruptions interruptions", ({ of, ...counted }) => {
    const { transitions, flaps, interruptions } = figures(of);
    expect({ transitions: transitions.length, flaps, interruptions }).toEqual(counted);
  });

  it("sum up to the stretch, and begin with it", () => {
    const { ms, transitions, longest, decided } = figures("True 30, False 20, True 50", 40);
    expect(ms).toEqual({ True: 50 * MINUTE_MS, False: 10 * MINUTE_MS, Unknown: 0 });
    expect(transitions.map(({ atMs, status }) => [atMs / MINUTE_MS, status])).toEqual([[50, "True"]]);
    expect(longest).toEqual({
      False: { fromMs: 40 * MINUTE_MS, ms: 10 * MINUTE_MS },
      True: { fromMs: 50 * MINUTE_MS, ms: 50 * MINUTE_MS },
    });
    expect(decided.map(({ what, ms: length }) => [what, length / MINUTE_MS])).toEqual([
      ["True", 50],
      ["False", 10],
    ]);
  });

  it("mark a transition that the same replay half a step later does not have", () => {
    const shifted = transitionsIn(grid, spansOf("True 51, False 29, True 20"));
    const { transitions } = figuresOf(grid, spansOf("True 50, False 28, True 22"), 0, shifted);
    expect(transitions.map(({ dependsOnPhase = false }) => dependsOnPhase)).toEqual([false, true]);
  });
});

describe("two replays", () => {
  it.each([
    { one: "True 100", other: "True 100", disagree: [] },
    { one: "True 50, False 50", other: "True 40, False 60", disagree: ["40 for 10: True, not False"] },
    { one: "True 100", other: "True 40, gap 10, False 50", disagree: ["40 for 10: True, not gap", "50 for 50: True, not False"] },
    { one: "True 30, False 20, True 50", other: "False 100", disagree: ["0 for 30: True, not False", "50 for 50: True, not False"] },
  ])("of $one and $other disagree as $disagree", ({ one, other, disagree }) => {
    const found = disagreementsOf(grid, spansOf(one), spansOf(other), [[0, 100]]);
    const told = found.map(
      ({ fromMs, ms, one: here, other: there }) => `${fromMs / MINUTE_MS} for ${ms / MINUTE_MS}: ${here.reason}, not ${there.reason}`,
    );
    expect(told).toEqual(disagree);
  });

  it("are compared within the runs alone", () => {
    const found = disagreementsOf(grid, spansOf("True 100"), spansOf("False 100"), [
      [10, 12],
      [50, 51],
    ]);
    expect(found.map(({ fromMs, ms }) => [fromMs / MINUTE_MS, ms / MINUTE_MS])).toEqual([
      [10, 2],
      [50, 1],
    ]);
  });
});
