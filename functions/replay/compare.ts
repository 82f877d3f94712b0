// Finds where two replays of the same resource disagree, and for how long.

import { within } from "./figures.ts";
import { type Grid, type Run, timeAt } from "./grid.ts";
import type { Span, Status } from "./timeline.ts";

type Said = { readonly status: Status; readonly reason: string };

/** A stretch in which two say another status of the same resource. */
export type Disagreement = { readonly fromMs: number; readonly ms: number; readonly one: Said; readonly other: Said };

/** Where two timelines on the same grid disagree in their status, within the runs. */
export function disagreementsOf(grid: Grid, one: readonly Span[], other: readonly Span[], runs: readonly Run[]): readonly Disagreement[] {
  const pairs = runs.flatMap((run) => within(one, run).flatMap((span) => within(other, span.run).map((against) => ({ span, against }))));
  const found: Disagreement[] = [];
  for (const { span, against } of pairs) {
    if (span.status === against.status) continue;
    const [from, to] = against.run;
    const next = { fromMs: timeAt(grid, from), ms: (to - from) * grid.stepMs, one: saidIn(span), other: saidIn(against) };
    const last = found.at(-1);
    if (last !== undefined && last.fromMs + last.ms === next.fromMs && isSame(last, next))
      found[found.length - 1] = { ...last, ms: last.ms + next.ms };
    else found.push(next);
  }
  return found;
}

function saidIn({ status, reason }: Span): Said {
  return { status, reason };
}

function isSame(one: Disagreement, other: Disagreement): boolean {
  return isSameSaid(one.one, other.one) && isSameSaid(one.other, other.other);
}

function isSameSaid(one: Said, other: Said): boolean {
  return one.status === other.status && one.reason === other.reason;
}
