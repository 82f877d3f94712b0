import { describe, expect, it } from "vitest";
import type { Run } from "../../functions/replay/grid.ts";
import { holdsOf, waitFor } from "../../functions/replay/waits.ts";

const STEP_MS = 1_000;
const ALIVE: readonly Run[] = [[0, 100]];

describe("an alert that waits three steps and fires on for two", () => {
  const waits = { forMs: 3_000, keepFiringForMs: 2_000 };

  it.each<{ where: string; holds: Run[]; pending: Run[]; firing: Run[]; lives?: readonly Run[] }>([
    { where: "its expression never holds", holds: [], pending: [], firing: [] },
    { where: "it holds for the wait alone", holds: [[10, 13]], pending: [[10, 13]], firing: [] },
    { where: "it holds one step longer", holds: [[10, 14]], pending: [[10, 13]], firing: [[13, 16]] },
    {
      where: "it holds again while it fires on",
      holds: [
        [10, 14],
        [15, 17],
      ],
      pending: [[10, 13]],
      firing: [[13, 19]],
    },
    {
      where: "it holds again as it is about to end",
      holds: [
        [10, 14],
        [16, 17],
      ],
      pending: [[10, 13]],
      firing: [[13, 19]],
    },
    {
      where: "it holds again once it has ended",
      holds: [
        [10, 14],
        [17, 22],
      ],
      pending: [
        [10, 13],
        [17, 20],
      ],
      firing: [
        [13, 16],
        [20, 24],
      ],
    },
    {
      where: "its evaluator begins anew",
      holds: [[10, 30]],
      lives: [
        [0, 15],
        [15, 100],
      ],
      pending: [
        [10, 13],
        [15, 18],
      ],
      firing: [
        [13, 15],
        [18, 32],
      ],
    },
    {
      where: "nothing is recorded for a while",
      holds: [[10, 30]],
      lives: [
        [0, 15],
        [28, 100],
      ],
      pending: [
        [10, 13],
        [28, 30],
      ],
      firing: [[13, 15]],
    },
  ])("where $where", ({ holds, pending, firing, lives = ALIVE }) => {
    expect(waitFor(holds, lives, waits, STEP_MS)).toEqual({ pending, firing });
  });
});

it("an alert that waits for nothing fires from the first evaluation, and ends with the first that is empty", () => {
  expect(
    waitFor(
      [
        [10, 12],
        [13, 14],
      ],
      ALIVE,
      { forMs: 0, keepFiringForMs: 0 },
      STEP_MS,
    ),
  ).toEqual({
    pending: [],
    firing: [
      [10, 12],
      [13, 14],
    ],
  });
});

it("waits that are no multiple of a step end at the next evaluation", () => {
  expect(waitFor([[10, 20]], ALIVE, { forMs: 1_500, keepFiringForMs: 500 }, STEP_MS)).toEqual({ pending: [[10, 12]], firing: [[12, 21]] });
});

it.each<{ holds: Run[] }>([
  { holds: [[10, 14]] },
  {
    holds: [
      [10, 14],
      [30, 32],
    ],
  },
  { holds: [[10, 50]] },
])("$holds is found again in what was pending and firing", ({ holds }) => {
  const waits = { forMs: 3_000, keepFiringForMs: 2_000 };
  expect(holdsOf(waitFor(holds, ALIVE, waits, STEP_MS), waits, STEP_MS)).toEqual(holds);
});
