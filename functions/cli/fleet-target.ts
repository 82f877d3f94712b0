// Where the functions read their fleet, and the one way in which a command replaces it: on what it has read, and with an entry in the history.

import { type Command, Option } from "commander";
import { clock } from "../clock.ts";
import { fleetRules, readConfig } from "../config.ts";
import type { FleetRules } from "../core/access/fleet-rules.ts";
import { ConfigError, UpstreamError } from "../core/errors.ts";
import { diffFleets, dropsTooMany, type FleetDiff } from "../core/fleet/diff.ts";
import { type Fleet, parseFleet } from "../core/fleet/fleet.ts";
import { shortList } from "../core/text.ts";
import { timeText } from "../core/time.ts";
import { currentObject, type FleetObject, writeObject } from "../io/fleet/s3.ts";
import { parseText } from "../io/fleet/text.ts";
import { keepMembers, type Push, recordPush } from "../state/pushes.ts";
import { counted } from "./output.ts";
import { withState } from "./state-table.ts";
import { printMessage, printResult, type Terminal } from "./terminal.ts";

export type TargetOptions = { to?: string; stage?: string };
/** `stage` is undefined where only the place is named: then no state goes with it. */
export type Target = { readonly to: string; readonly stage?: string; readonly rules: FleetRules };

const MAX_NAMES = 10;
const NO_FLEET: Fleet = { clusters: [], wrong: [] };

export function withTarget(command: Command): Command {
  return command
    .addOption(new Option("--to <uri>", "where functions read their fleet: s3://bucket/key").conflicts("stage"))
    .option(
      "--stage <name>",
      "where the stack of this stage reads its fleet (default: ALERTSTATUS_STAGE, or STAGE); its state keeps the history",
    );
}

/** The place that `--to` names, or the stack of `--stage`; a {@link ConfigError} where neither is given. */
export async function targetOf({ env }: Terminal, { to, stage }: TargetOptions): Promise<Target> {
  const config = readConfig(env);
  const rules = (named: string | undefined) => ({ ...fleetRules({ ...config, stage: named }), isRemote: true });
  if (to !== undefined) return { to, rules: rules(config.stage) };
  const name = stage ?? config.stage;
  if (name === undefined) throw new ConfigError("nothing says where the fleet is pushed to: give --stage, or --to s3://bucket/key");
  return { to: await (await import("../io/aws/stack.ts")).fleetUriOf(name), stage: name, rules: rules(name) };
}

/** A fleet as it lies there, and what it says; nothing where there is none yet. */
export type Current = { readonly object: FleetObject | undefined; readonly document: unknown; readonly fleet: Fleet };

/** What a push would replace; a {@link ConfigError} where that is no fleet, unless that is `force`d. */
export async function readCurrent({ to, rules }: Target, force = false): Promise<Current> {
  const object = await currentObject(to);
  if (object === undefined) return { object, document: undefined, fleet: NO_FLEET };
  try {
    const document = await parseText(object.text);
    return { object, document, fleet: parseFleet(document, rules) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (force) return { object, document: undefined, fleet: NO_FLEET };
    throw new ConfigError(
      `the object there is not a fleet, so the clusters that would be dropped are unknown: use --force to replace it (${error.message})`,
    );
  }
}

type Next = { readonly text: string; readonly fleet: Fleet };
type How = { readonly did: Push["did"]; readonly why?: string; readonly dryRun?: boolean; readonly force?: boolean };

/** Shows what changes, and writes the fleet if what was read is still there. */
export async function replaceFleet(terminal: Terminal, target: Target, current: Current, next: Next, how: How): Promise<void> {
  const { to } = target;
  const change = diffFleets(current.fleet, next.fleet);
  for (const line of changeLines(change)) printResult(terminal, line);
  if (!how.force) refuseToDrop(change);
  const isSame = current.object?.text === next.text;
  const isWritten = !isSame && !how.dryRun;
  if (isWritten) terminal.signal.throwIfAborted();
  const version = isWritten ? await writeObject(to, next.text, current.object?.etag) : undefined;
  const did = isSame ? "already in" : how.dryRun ? "would be pushed to" : "pushed to";
  printResult(terminal, `${did} ${to}: ${counted(next.fleet.clusters.length, "cluster")}, ${summaryOf(change)}`);
  if (!isWritten) return;
  await leaveState(terminal, target, { did: how.did, why: how.why, version, before: current.object?.versionId }, change, next.fleet);
  for (const line of cleanupLines(terminal, change.removed, to, current.object?.versionId)) printMessage(terminal, line);
}

type Left = Pick<Push, "did" | "why" | "version" | "before">;

// The fleet is replaced already: what fails from here on is said, and undoes nothing.
async function leaveState(terminal: Terminal, { stage }: Target, left: Left, change: FleetDiff, { clusters }: Fleet): Promise<void> {
  if (stage === undefined) return;
  const { added, removed, changed } = change;
  const counts = { clusters: clusters.length, added: added.length, removed: removed.length, changed: changed.length };
  try {
    await withState(stage, async (store, nowMs) => {
      const push = { ...left, at: timeText(nowMs), by: await nameOfCaller(terminal), counts, added, removed, changed };
      await recordPush(store, push, nowMs);
      if (removed.length + added.length > 0) await keepMembers(store, change, clock.nowMs());
    });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printMessage(terminal, `error: the fleet is replaced, but not so its state: ${error.message}`);
    terminal.exitCode = 1;
  }
}

/** Who runs this command: the identity that AWS knows, else the user of this machine. */
export async function nameOfCaller({ env }: Terminal): Promise<string> {
  const { callerArn } = await import("../io/aws/sts.ts");
  return callerArn().catch((error: unknown) => {
    if (!(error instanceof UpstreamError)) throw error;
    return env.USER ?? "unknown";
  });
}

function refuseToDrop(change: FleetDiff): void {
  if (!dropsTooMany(change)) return;
  const { before, removed } = change;
  throw new ConfigError(
    `${removed.length} of ${counted(before, "cluster")} would be dropped, more than a fifth (${shortList(removed, MAX_NAMES)}): use --force if that is intended`,
  );
}

// One line for each difference.
function changeLines({ added, removed, changed }: FleetDiff): readonly string[] {
  return [
    ...added.map((name) => `added    ${name}`),
    ...removed.map((name) => `removed  ${name}`),
    ...changed.map((name) => `changed  ${name}`),
  ];
}

function summaryOf({ added, removed, changed }: FleetDiff): string {
  return `${added.length} added, ${removed.length} removed, ${changed.length} changed`;
}

// The commands that clean up removed clusters; the previous version of the fleet still has their logins.
function cleanupLines({ program }: Terminal, removed: readonly string[], to: string, versionId: string | undefined): readonly string[] {
  if (removed.length === 0) return [];
  const fleet = versionId === undefined ? "FLEET-BEFORE" : `'${to}?versionId=${versionId}'`;
  return [
    "The conditions of alertstatus stay in clusters that leave the fleet. To remove them, in a minute, when no function holds the fleet before any more:",
    ...removed.map((name) => `  ${program} cleanup --fleet ${fleet} --cluster ${name}`),
    ...(versionId === undefined ? ["FLEET-BEFORE is your own copy of the fleet that held them: this bucket keeps no versions."] : []),
  ];
}
