// The command `history` shows what happened to a fleet, from the state of a stage: transitions, reachability, pushes, missed ticks.

import type { Command } from "commander";
import { clock } from "../clock.ts";
import { ConfigError } from "../core/errors.ts";
import { selectEntries } from "../core/fleet/selection.ts";
import { parseDurationMs, parseTimeMs } from "../core/time.ts";
import { readStates, readTimeline } from "../state/read.ts";
import { printTimeline } from "./history-output.ts";
import { untilInterrupted } from "./interrupt.ts";
import { type OutputOptions, type SelectionOptions, withOutput, withSelection } from "./options.ts";
import { stageOf, withState } from "./state-table.ts";
import type { Terminal } from "./terminal.ts";

type Options = SelectionOptions & OutputOptions & { stage?: string; since: string };

const DAY_MS = 86_400_000;

export function declareHistory(command: Command, terminal: Terminal): void {
  withOutput(withSelection(command))
    .option("--stage <name>", "the stage whose functions left the history (default: STAGE)")
    .option("--since <time>", "a duration such as 24h, a time of day such as 22:00, or an RFC 3339 time", "24h")
    .action((options: Options) => history(terminal, options));
}

async function history(terminal: Terminal, options: Options): Promise<void> {
  const stage = stageOf(terminal, options.stage);
  const sinceMs = parseSince(options.since, clock.nowMs());
  const read = withState(stage, async (store, nowMs) => {
    const states = await readStates(store);
    const names = options.cluster?.filter((name) => !states.some(({ cluster }) => cluster === name)) ?? [];
    const left = names.filter((name) => /^[a-z0-9-]+$/.test(name));
    const there = options.cluster?.filter((name) => !left.includes(name));
    const named = states.map((state) => ({ name: state.cluster, labels: state.labels, state }));
    const isAll = options.cluster === undefined;
    const selected = isAll || there?.length ? selectEntries(named, { clusters: there, selector: options.selector }) : [];
    const timeline = await readTimeline(store, { sinceMs, states: selected.map(({ state }) => state), names: left }, nowMs);
    if (left.length > 0 && timeline.entries.length === 0 && selected.length === 0)
      throw new ConfigError(`no such cluster in the state of ${stage}, nor in its history since then: ${left.join(", ")}`);
    return timeline;
  });
  const timeline = await untilInterrupted(terminal.signal, read, 0);
  if (timeline !== undefined) printTimeline(terminal, timeline, options, { sinceMs, nowMs: clock.nowMs() });
}

/** Milliseconds since the epoch; a time of day is the last one that was, on the clock of this machine. */
function parseSince(text: string, nowMs: number): number {
  const durationMs = parseDurationMs(text);
  if (!Number.isNaN(durationMs)) return nowMs - durationMs;
  const [, hour, minute] = /^([01]?[0-9]|2[0-3]):([0-5][0-9])$/.exec(text) ?? [];
  if (hour !== undefined && minute !== undefined) {
    const day = new Date(nowMs);
    day.setHours(Number(hour), Number(minute), 0, 0);
    return day.getTime() > nowMs ? day.getTime() - DAY_MS : day.getTime();
  }
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? parseTimeMs(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new ConfigError("--since: write a duration such as 24h, a time of day such as 22:00, or an RFC 3339 time");
  return ms;
}
