// A source with all that stands behind it, as the situations are brought about in it.

import { setTimeout as sleep } from "node:timers/promises";
import type { Traffic } from "../../support/kyma-traffic.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import type { rules } from "./rules.ts";
import { type Snapshot, type Source, takeSnapshot } from "./snapshot.ts";

export type Lab = {
  readonly source: Source;
  readonly traffic: Traffic;
  /** From now on these are the rules that are evaluated. */
  reload(next: typeof rules): Promise<void>;
  /** Starts what evaluates again, on what it stored or on nothing. */
  restart(after: { readonly losesData: boolean }): Promise<void>;
  /** What may be down while the source itself answers. */
  readonly outages: readonly Outage[];
  readonly mistakes: readonly Mistake[];
  close(): Promise<void>;
};

type Outage = {
  begin(): Promise<void>;
  /** What the source answers meanwhile, first to last. */
  readonly shows: readonly { readonly name: string; isSeen(snapshot: Snapshot): boolean }[];
  end(): Promise<void>;
};

/** What is asked in the wrong way, or at the wrong place. */
type Mistake = { readonly name: string; readonly source: Source; readonly path: string };

/** Waits until the source answers like this, and is what it answers then. */
export async function when({ source }: Pick<Lab, "source">, isSo: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const snapshot = await takeSnapshot(source);
    if (isSo(snapshot)) return snapshot;
    if (performance.now() > deadline)
      throw new Error(`${source.url} never answered as this wants it: ${isSo}\n${JSON.stringify(snapshot)}`);
    await sleep(500);
  }
}
