// The command `status` shows what is not well in a fleet, since when, where and why: from the state of a stage, or by a look at the clusters.

import { setTimeout as sleep } from "node:timers/promises";
import { type Command, Option } from "commander";
import { clock } from "../clock.ts";
import { connector } from "../cluster/connect.ts";
import { openProofs } from "../cluster/source.ts";
import { readConfig } from "../config.ts";
import { ConfigError } from "../core/errors.ts";
import { selectClusters, selectEntries } from "../core/fleet/selection.ts";
import { CONCURRENCY } from "../core/limits.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { timeText } from "../core/time.ts";
import { openKnownLists } from "../io/kubernetes/known-lists.ts";
import { reconcileFleet } from "../reconcile/fleet.ts";
import { advance } from "../state/cluster-state.ts";
import { compareProfiles, type Pair } from "../state/compare.ts";
import { type FleetStatus, filterStatus, isWell, statusOf } from "../state/fleet-status.ts";
import { readFleet } from "../state/read.ts";
import type { ClusterState } from "../state/state.ts";
import { openAccess } from "./access.ts";
import { parsePair, printComparison, requireProfiles } from "./compare-output.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { untilInterrupted } from "./interrupt.ts";
import {
  type FailOnOptions,
  type OutputOptions,
  parseDuration,
  parseInterval,
  parseStatuses,
  type RunOptions,
  type SelectionOptions,
  withFailOn,
  withLogins,
  withOutput,
  withRun,
  withSelection,
} from "./options.ts";
import { showProgress } from "./progress.ts";
import { stageOf, withState } from "./state-table.ts";
import { printLink } from "./status-link.ts";
import { parseBy, printStatus, seenLine } from "./status-output.ts";
import { flush, printResult, type Terminal } from "./terminal.ts";

/** `tickMs` is how often clusters are looked at; undefined for a live look. */
type Look = { readonly status: FleetStatus; readonly tickMs?: number };

type Options = SelectionOptions &
  (OutputOptions | { output: "html"; headers: boolean }) &
  RunOptions &
  FailOnOptions & {
    stage?: string;
    fleet?: string;
    trustFleet?: boolean;
    status?: readonly string[];
    not?: readonly string[];
    for?: number;
    by: ReturnType<typeof parseBy>;
    compare?: Pair;
    watch?: number | true;
    open?: true;
  };

const WATCH_MS = 5_000;
// The page behind the link is there already, and shows everything.
const NOT_FOR_A_LINK = ["fleet", "cluster", "selector", "status", "not", "for", "by", "compare", "watch", "output", "failOn"];
const CLEAR_SCREEN = "\u001b[H\u001b[2J";

export function declareStatus(command: Command, terminal: Terminal): void {
  withOutput(withFailOn(withRun(withSelection(withLogins(command)), CONCURRENCY)), ["html"])
    .option("--stage <name>", "read the state that the functions of this stage leave; no cluster is contacted (default: STAGE)")
    .option("--status <statuses>", "only conditions with one of these: False,Unknown", parseStatuses)
    .option("--not <statuses>", "all but conditions with these; --not True is all that is not well", parseStatuses)
    .option("--for <duration>", "only what has been so for at least as long, such as 1h", parseDuration)
    .option("--by <what>", "what makes a group: reason, because, cluster, or label:KEY", parseBy, "reason")
    .addOption(
      new Option("--compare <profiles>", "where two profiles disagree, such as kyma-telemetry,v2, and since when; --for holds for it too")
        .argParser(parsePair)
        .conflicts(["status", "not", "by", "failOn"]),
    )
    .option("-w, --watch [interval]", "draw it anew, every 5s or so often", parseInterval)
    .addOption(
      new Option("--open", "print a link to the page that the stage keeps, good for an hour (--param page=true)").conflicts(NOT_FOR_A_LINK),
    )
    .addHelpText("after", "\nWith --fleet, and without a stage, the clusters are read now; nothing is written into them.")
    .action((options: Options) => (options.open ? printLink(terminal, options.stage) : status(terminal, options)));
}

async function status(terminal: Terminal, options: Options): Promise<void> {
  const { signal, stdout } = terminal;
  const read = await readerOf(terminal, options);
  const pauseMs = options.watch === true ? WATCH_MS : options.watch;
  if (options.compare !== undefined && options.output === "html") throw new ConfigError("-o html shows one fleet: leave out --compare");
  if (pauseMs !== undefined && options.output === "html") throw new ConfigError("-o html writes one page: leave out --watch");
  do {
    const look = await read();
    if (look === undefined) return;
    if (pauseMs !== undefined && stdout.isTTY) stdout.write(CLEAR_SCREEN);
    await show(terminal, look, options);
    await flush(stdout);
  } while (pauseMs !== undefined && stdout.writable && (await sleep(pauseMs, true, { signal }).catch(() => false)));
}

// The page is loaded where one is asked for.
async function show(terminal: Terminal, { status, tickMs }: Look, options: Options): Promise<void> {
  terminal.exitCode = isWell(status) && !hasCondition(status, options.failOn) ? 0 : 1;
  const { compare, output } = options;
  if (compare !== undefined && output !== "html") {
    printComparison(terminal, compareProfiles(status, compare, options.for), seenLine(status), { ...options, output });
    return;
  }
  const shown = filterStatus(status, { statuses: options.status, not: options.not, forMs: options.for });
  if (options.output !== "html") printStatus(terminal, shown, options);
  else printResult(terminal, (await import("../page/page.ts")).renderPage(shown, tickMs));
}

function hasCondition({ clusters }: FleetStatus, statuses: readonly string[] = []): boolean {
  return clusters.some(({ resources }) => resources.some(({ condition }) => statuses.includes(condition?.status ?? "")));
}

/** Reads the status once at each call; undefined after an interrupt. */
async function readerOf(terminal: Terminal, options: Options): Promise<() => Promise<Look | undefined>> {
  const isOfStage = options.stage !== undefined || (options.fleet === undefined && readConfig(terminal.env).stage !== undefined);
  if (!isOfStage) return liveReader(terminal, options);
  const stage = stageOf(terminal, options.stage);
  return () => untilInterrupted(terminal.signal, readStage(stage, options), 0);
}

function readStage(stage: string, { cluster, selector, compare }: Options): Promise<Look> {
  return withState(stage, async (store, nowMs) => {
    const { states, run, tickMs } = await readFleet(store, nowMs);
    const named = states.map((state) => ({ name: state.cluster, labels: state.labels, state }));
    const selected = selectEntries(named, { clusters: cluster, selector }).map(({ state }) => state);
    if (compare !== undefined) requireProfiles(compare, selected.flatMap(profilesOf));
    return { status: statusOf(selected, { at: timeText(nowMs), stage, run }), tickMs };
  });
}

function profilesOf({ resources }: ClusterState): readonly string[] {
  return resources.flatMap(({ profile }) => profile ?? []);
}

// Nothing is written: a dry run reads the same and judges the same.
async function liveReader(terminal: Terminal, options: Options): Promise<() => Promise<Look | undefined>> {
  const { fleet, folder } = await loadValidFleet(terminal, options.fleet);
  const selection = selectClusters(fleet, { clusters: options.cluster, selector: options.selector });
  const used = selection.clusters.flatMap(({ profiles }) => profiles.map(({ name }) => name));
  if (options.compare !== undefined) requireProfiles(options.compare, used);
  const labels = new Map(selection.clusters.map((entry) => [entry.name, entry.labels]));
  const access = { ...openAccess(terminal, options), folder, proofs: openProofs(), lists: openKnownLists() };
  return async () => {
    const progress = showProgress(terminal, selection.clusters.length);
    const { concurrency, timeout } = options;
    const run = {
      connect: connector({ ...access, requestMs: timeout }),
      dryRun: true,
      concurrency,
      clusterMs: timeout,
      onOutcome: progress.step,
    };
    const outcomes = await untilInterrupted(terminal.signal, reconcileFleet(selection, run), 0).finally(progress.stop);
    if (outcomes === undefined || terminal.signal.aborted) return undefined;
    if (options.watch === undefined) await access.connections.close();
    return { status: liveStatus(outcomes, labels, timeText(clock.nowMs())) };
  };
}

function liveStatus(
  outcomes: readonly ClusterOutcome[],
  labels: ReadonlyMap<string, Readonly<Record<string, string>>>,
  at: string,
): FleetStatus {
  const states = outcomes.map((outcome) => advance(undefined, outcome, labels.get(outcome.cluster) ?? {}, at).state);
  return statusOf(states, { at });
}
