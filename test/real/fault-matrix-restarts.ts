// Holds every restart of one server to what may stand on the pipelines meanwhile.

import { describe, expect, it } from "vitest";
import { misjudgedIn, restarts, type Watched } from "./fault-matrix-watch.ts";

/** What was watched of the server that was restarted on what it stored, or on nothing, by the situation of each restart. */
export type WatchOf = (losesData: boolean) => ReadonlyMap<string, Watched>;

/** Declares the tests of the restarts. */
export function holdsRestarts(watchOf: WatchOf): void {
  describe.each([false, true])("restarted on lost data: %s", (losesData) => {
    it.each(restarts.map((restart) => [restart.when, restart] as const))(
      "%s: what stands is kept until it is known better",
      (_, restart) => {
        const { evaluations, statuses } = watchOf(losesData).get(restart.when)!;
        expect(evaluations).toBeGreaterThanOrEqual(5);
        for (const sequence of statuses) expect([sequence, misjudgedIn(restart, sequence)]).toEqual([sequence, []]);
        for (const sequence of statuses) expect(sequence.at(-1)).toBe(restart.becomes);
      },
    );
  });
}
