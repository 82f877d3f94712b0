// Holds every restart of one server to what may stand on the pipelines meanwhile.

import { describe, expect, it } from "vitest";
import { misjudgedIn, restarts, type Start, type Watched } from "./fault-matrix-watch.ts";

/** What was watched of the server that was restarted like this, by the situation of each restart. */
export type WatchOf = (start: Start) => ReadonlyMap<string, Watched>;

/** Declares the tests of the restarts. */
export function holdsRestarts(starts: readonly Start[], watchOf: WatchOf): void {
  describe.each(starts)("restarted %s", (start) => {
    it.each(restarts.map((restart) => [restart.when, restart] as const))(
      "%s: what stands is kept until it is known better",
      (_, restart) => {
        const { evaluations, statuses } = watchOf(start).get(restart.when)!;
        expect(evaluations).toBeGreaterThanOrEqual(5);
        for (const sequence of statuses) expect([sequence, misjudgedIn(restart, sequence)]).toEqual([sequence, []]);
        for (const sequence of statuses) expect(sequence.at(-1)).toBe(restart.becomes);
      },
    );
  });
}
