// Finds what a replay is held against with `--against stored`: what stood in the conditions, by the history of a stage.

import { readConfig } from "../config.ts";
import { readStates, readTimeline } from "../state/read.ts";
import { type Standing, standingsOf } from "../state/timeline.ts";
import { stageOf, withState } from "./state-table.ts";
import type { Terminal } from "./terminal.ts";

/** The word in place of a profile. */
export const STORED = "stored";

/** What the history of a stage tells of these clusters since a time; nothing where no stage is named, so that kube-state-metrics alone is asked. */
export async function storedSince(
  terminal: Terminal,
  option: string | undefined,
  sinceMs: number,
  clusters: readonly string[],
): Promise<readonly Standing[]> {
  if (option === undefined && readConfig(terminal.env).stage === undefined) return [];
  return withState(stageOf(terminal, option), async (store, nowMs) => {
    const states = (await readStates(store)).filter(({ cluster }) => clusters.includes(cluster));
    const { entries } = await readTimeline(store, { sinceMs, states }, nowMs);
    return standingsOf(states, entries, sinceMs);
  });
}
