// Writes the page of the demo's fleet, as `status -o html` makes it.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { clock } from "../../../functions/clock.ts";
import type { ClusterOutcome } from "../../../functions/core/outcome/outcome.ts";
import { timeText } from "../../../functions/core/time.ts";
import { renderPage } from "../../../functions/page/page.ts";
import { advance } from "../../../functions/state/cluster-state.ts";
import { statusOf } from "../../../functions/state/fleet-status.ts";
import type { ClusterState } from "../../../functions/state/state.ts";

const FILE = join(import.meta.dirname, "../../../.build/demo/fleet.html");

/** Remembers what passes see, so that the page knows since when it is so. */
export function openFleetPage(): { readonly see: (outcomes: readonly ClusterOutcome[]) => void; readonly write: () => string } {
  const states = new Map<string, ClusterState>();
  const now = () => timeText(clock.nowMs());
  return {
    see(outcomes) {
      for (const outcome of outcomes) states.set(outcome.cluster, advance(states.get(outcome.cluster), outcome, {}, now()).state);
    },
    /** Its path. */
    write() {
      mkdirSync(dirname(FILE), { recursive: true });
      writeFileSync(FILE, renderPage(statusOf([...states.values()], { at: now() })));
      return FILE;
    },
  };
}
