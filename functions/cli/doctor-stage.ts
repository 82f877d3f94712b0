// The command `doctor --stage`: asks AWS and the state of a stage, with the clients that other commands do not load.

import { clock } from "../clock.ts";
import { timeText } from "../core/time.ts";
import { isHealthy } from "../doctor/checks/check.ts";
import type { StageState } from "../doctor/checks/stage-state.ts";
import { checkStage, type Stage } from "../doctor/stage.ts";
import { describeStack } from "../io/aws/stack.ts";
import { countMessages, listAlarms, readCode } from "../io/aws/watch.ts";
import { currentVersion } from "../io/fleet/s3.ts";
import { dropsOf, suspectsIn } from "../state/drops.ts";
import { statusOf, troubleOf } from "../state/fleet-status.ts";
import { listPushes } from "../state/pushes.ts";
import { readFleet, readTimeline } from "../state/read.ts";
import type { Change, ClusterState } from "../state/state.ts";
import { openStore, type Store } from "../state/store.ts";
import { printChecks } from "./doctor-output.ts";
import { untilInterrupted } from "./interrupt.ts";
import type { OutputOptions } from "./options.ts";
import { stageOf } from "./state-table.ts";
import type { Terminal } from "./terminal.ts";

const MONTH_MS = 30 * 86_400_000;
const HOUR_MS = 3_600_000;
const MAX_SUSPECTS = 50;
const WITHIN_MS = 10_000;

/** Checks the stack of a stage, and prints the worst first; a ConfigError where there is no such stack. */
export async function doctorStage(terminal: Terminal, options: OutputOptions & { stage: string; all?: boolean }): Promise<void> {
  const stage = stageOf(terminal, options.stage);
  const asker = { stage, nowMs: clock.nowMs(), version: terminal.version };
  const checking = describeStack(stage).then((stack) => checkStage(stageIn(stack, stage, asker.nowMs), asker));
  const diagnosis = await untilInterrupted(terminal.signal, checking, 0);
  if (diagnosis === undefined) return;
  printChecks(terminal, diagnosis, stage, options);
  terminal.exitCode = isHealthy([{ cluster: stage, checks: diagnosis.checks }]) ? 0 : 1;
}

function stageIn(stack: Stage["stack"], stage: string, nowMs: number): Stage {
  const prefix = `alertstatus-${stage}-`;
  const uri = stack.outputs.get("FleetUri");
  return {
    stack,
    alarms: () => listAlarms(prefix),
    countDeadLetters: countMessages,
    readCode: (name) => readCode(`${prefix}${name}`),
    readState: () => readState(stack.outputs.get("StateTable") ?? `alertstatus-${stage}`, nowMs),
    readFleet: async (read) => (uri?.startsWith("s3://") ? currentVersion(uri, read) : undefined),
  };
}

async function readState(table: string, nowMs: number): Promise<StageState> {
  const store = openStore(table, nowMs, WITHIN_MS);
  const [{ states, run, tick, tickMs }, pushes] = await Promise.all([readFleet(store, nowMs), listPushes(store, nowMs - MONTH_MS)]);
  const { clusters } = statusOf(states, { at: timeText(nowMs), run });
  return {
    clusters: clusters.map((cluster) => ({ cluster: cluster.cluster, trouble: troubleOf(cluster) })),
    run,
    tick,
    tickMs,
    push: pushes.at(-1),
    drops: dropsOf(await readSuspects(store, suspectsIn(states), nowMs)),
  };
}

// The row of a cluster keeps its latest changes only: those before them are in its history.
async function readSuspects(store: Store, suspects: readonly ClusterState[], nowMs: number): Promise<readonly Change[]> {
  if (suspects.length === 0) return [];
  const part = { sinceMs: nowMs - HOUR_MS, states: suspects.slice(0, MAX_SUSPECTS) };
  return (await readTimeline(store, part, nowMs)).entries;
}
