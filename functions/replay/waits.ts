// Lets an alert wait and keep firing as Prometheus does, where only the values of its expression are known.

import { clipped, joined, type Run } from "./grid.ts";

/** How long an expression holds before its alert fires, and how long the alert fires on, in milliseconds. */
export type Waits = { readonly forMs: number; readonly keepFiringForMs: number };

export type States = { readonly pending: readonly Run[]; readonly firing: readonly Run[] };

/**
 * Where an alert is pending and firing, by where its expression holds. Each life of the evaluator begins without any alert.
 *
 * https://github.com/prometheus/prometheus/blob/main/rules/alerting.go
 */
export function waitFor(holds: readonly Run[], lives: readonly Run[], { forMs, keepFiringForMs }: Waits, stepMs: number): States {
  const [wait, keep] = [Math.ceil(forMs / stepMs), Math.ceil(keepFiringForMs / stepMs)];
  const pending: Run[] = [];
  const firing: Run[] = [];
  for (const life of lives) {
    let firesUntil = Number.NEGATIVE_INFINITY;
    for (const [from, to] of clipped(holds, life)) {
      const firesFrom = from <= firesUntil ? from : from + wait;
      if (firesFrom > from) pending.push([from, Math.min(firesFrom, to)]);
      if (firesFrom >= to) continue;
      firesUntil = to + keep;
      firing.push([firesFrom, Math.min(firesUntil, life[1])]);
    }
  }
  return { pending: joined(pending), firing: joined(firing) };
}

/** Where the expression behind an alert has held, by where it was pending and firing: what it kept firing is taken off. */
export function holdsOf({ pending, firing }: States, { keepFiringForMs }: Waits, stepMs: number): readonly Run[] {
  const keep = Math.ceil(keepFiringForMs / stepMs);
  const held = firing.map(([from, to]) => [from, Math.max(from + 1, to - keep)] as const);
  return joined([...pending, ...held]);
}
