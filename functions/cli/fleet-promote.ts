// The command `fleet promote` lets a profile write more on one cluster, after it has shown what it would have said so far.

import type { Command } from "commander";
import { clock } from "../clock.ts";
import { ConfigError, UpstreamError } from "../core/errors.ts";
import { diffFields } from "../core/fleet/diff.ts";
import type { ClusterEntry, Fleet } from "../core/fleet/fleet.ts";
import { type Promotion, promotionOf } from "../core/fleet/promote.ts";
import { selectEntries } from "../core/fleet/selection.ts";
import { parseDurationMs } from "../core/time.ts";
import { replayCluster } from "../replay/replay.ts";
import { openAccess } from "./access.ts";
import { attentionLines } from "./attention-output.ts";
import { canAsk, isConfirmed } from "./confirm.ts";
import { fieldLines } from "./fleet-diff.ts";
import { type FleetPlace, openFleetPlace } from "./fleet-place.ts";
import { type TargetOptions, withTarget } from "./fleet-target.ts";
import { parseDuration, withLogins } from "./options.ts";
import { colored } from "./output.ts";
import { widthOf } from "./print-output.ts";
import { showAnswers } from "./progress.ts";
import { replayText } from "./replay-text.ts";
import { printMessage, printResult, type Terminal } from "./terminal.ts";

type Options = TargetOptions & { fleet?: string; trustFleet?: boolean; profile?: string; since: number; yes?: boolean; dryRun?: boolean };

export function declareFleetPromote(command: Command, terminal: Terminal): void {
  withTarget(withLogins(command.argument("<cluster>")))
    .option("-p, --profile <name>", "the profile to promote (default: the only one that is not in mode own)")
    .option("--since <duration>", "how much of the past is shown before", parseDuration, parseDurationMs("7d"))
    .option("-y, --yes", "do not ask")
    .option("--dry-run", "show what would change, but write nothing")
    .addHelpText(
      "after",
      "\nFrom observe to shadow, and from shadow to own. A profile that owns the same condition becomes its shadow, so that the same command\nputs it back. Without --stage and --to, the file of --fleet is edited in place.",
    )
    .action((cluster: string, options: Options) => promote(terminal, cluster, options));
}

async function promote(terminal: Terminal, cluster: string, options: Options): Promise<void> {
  const { dryRun = false, yes = false } = options;
  if (!dryRun && !yes && !canAsk(terminal)) throw new ConfigError("the question needs a terminal: give --yes, or --dry-run");
  const place = await openFleetPlace(terminal, options);
  const entry = entryOf(place.fleet, cluster);
  const promotion = promotionOf(entry, options.profile);
  const next = await place.edited(entry, promotion);
  if (!(await showReplay(terminal, place, entry, promotion, options)) || terminal.signal.aborted) return;
  for (const line of changeLines(place.fleet, next.fleet, entry, promotion)) printResult(terminal, line);
  if (!dryRun && !yes && !(await isConfirmed(terminal, questionOf(entry, promotion)))) {
    if (!terminal.signal.aborted) printMessage(terminal, "nothing was changed");
    terminal.exitCode = 1;
    return;
  }
  await place.write(next, { dryRun, why: whatOf(entry, promotion) });
}

function entryOf({ clusters, wrong }: Fleet, name: string): ClusterEntry {
  const [found] = selectEntries([...clusters, ...wrong], { clusters: [name] });
  if (found?.name !== name) throw new ConfigError(`${name}: name one cluster, for each has a past of its own`);
  const entry = clusters.find((one) => one.name === name);
  if (entry === undefined) throw new ConfigError(`the entry of ${name} is not usable: \`fleet validate\` says why`);
  return entry;
}

/** Whether the past could be read: what is not known is nothing to decide by. */
async function showReplay(
  terminal: Terminal,
  { folder }: FleetPlace,
  entry: ClusterEntry,
  { profile, rival }: Promotion,
  options: Options,
): Promise<boolean> {
  const access = openAccess(terminal, options);
  const answers = showAnswers(terminal);
  const untilMs = clock.nowMs() - SETTLED_MS;
  const question = { sinceMs: untilMs - options.since, untilMs, origin: "alerts", profiles: [profile], against: rival, isWanted } as const;
  try {
    const onAnswer = () => answers.step(entry.name);
    const replay = await replayCluster(entry, question, { ...access, folder, clock, onAnswer });
    answers.stop();
    const width = widthOf(terminal, { output: "table" });
    printResult(terminal, `${replayText([replay], width)}\n`);
    for (const line of attentionLines([{ ...replay, resources: [], ms: 0 }], width)) printMessage(terminal, line);
    if (replay.was === "reconciled" && replay.unlisted.length === 0) return true;
    printMessage(terminal, "nothing was changed: a part of the cluster cannot be read");
    terminal.exitCode = 1;
    return false;
  } catch (error) {
    answers.stop();
    if (!(error instanceof UpstreamError)) throw error;
    throw new UpstreamError(error.code, `${entry.name}: nothing was changed, for its past cannot be read: ${error.message}`);
  } finally {
    await access.connections.close();
  }
}

// The last evaluation has to be stored before it can be asked for.
const SETTLED_MS = 5_000;
const isWanted = () => true;

function changeLines(before: Fleet, after: Fleet, { name, ring }: ClusterEntry, promotion: Promotion): readonly string[] {
  const leaves = ring !== undefined && after.clusters.find((one) => one.name === name)?.ring === undefined;
  return [
    colored("yellow", `changed  ${name}`),
    ...fieldLines(diffFields(before, after, name)),
    ...(promotion.rival === undefined ? [] : [`  ${promotion.rival.name} becomes the shadow: promoting it again puts it back`]),
    ...(leaves ? [`  it leaves the ring ${ring}: from now on it has profiles of its own`] : []),
  ];
}

function whatOf({ name }: ClusterEntry, { profile, to }: Promotion): string {
  return `${profile.name} on ${name} from ${profile.mode} to ${to}`;
}

function questionOf(entry: ClusterEntry, promotion: Promotion): string {
  return `Promote ${whatOf(entry, promotion)}?`;
}
