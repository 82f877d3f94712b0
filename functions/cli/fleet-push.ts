// The command `fleet push` replaces the fleet that the functions read, after it has shown and checked what that changes.

import { type Command, Option } from "commander";
import { fleetRules, readConfig } from "../config.ts";
import type { FleetRules } from "../core/access/fleet-rules.ts";
import { ConfigError } from "../core/errors.ts";
import { diffFleets, dropsTooMany, type FleetDiff } from "../core/fleet/diff.ts";
import { type Fleet, parseFleet } from "../core/fleet/fleet.ts";
import { currentObject, type FleetObject, writeObject } from "../io/fleet/s3.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText, toText } from "../io/fleet/text.ts";
import { fleetUri, readFleetText, requireValid, withFleetInErrors } from "./fleet-source.ts";
import { withFleet } from "./options.ts";
import { counted } from "./output.ts";
import { printMessage, printResult, type Terminal } from "./terminal.ts";

type Options = { fleet?: string; to?: string; stage?: string; dryRun?: boolean; force?: boolean };

const MAX_NAMES = 10;
const NO_FLEET: Fleet = { clusters: [], wrong: [] };

export function declareFleetPush(command: Command, terminal: Terminal): void {
  withFleet(command)
    .addOption(new Option("--to <uri>", "where functions read their fleet: s3://bucket/key").conflicts("stage"))
    .option("--stage <name>", "where the stack of this stage reads its fleet (default: ALERTSTATUS_STAGE, or STAGE)")
    .option("--dry-run", "show what would change, but write nothing")
    .option("--force", "also where more than a fifth of the clusters would be dropped")
    .action((options: Options) => push(terminal, options));
}

// Checked as functions do, where the files and the environment of this machine are not.
async function push(terminal: Terminal, options: Options): Promise<void> {
  const { fleet: option, dryRun = false, force = false } = options;
  const rules = { ...fleetRules(readConfig(terminal.env)), isRemote: true };
  const { next, text } = await readForFunctions(terminal, fleetUri(terminal, option), rules);
  const to = await placeOf(terminal, options);
  await withPlaceInErrors(to, async () => {
    const current = await currentObject(to);
    const change = diffFleets(await fleetIn(current, rules, force), next);
    for (const line of changeLines(change)) printResult(terminal, line);
    if (!force) refuseToDrop(change);
    const was = await put(terminal, text, to, { current, dryRun });
    printResult(terminal, `${was} ${to}: ${counted(next.clusters.length, "cluster")}, ${summaryOf(change)}`);
    if (was === "pushed to")
      for (const line of cleanupLines(terminal, change.removed, to, current?.versionId)) printMessage(terminal, line);
  });
}

async function placeOf({ env }: Terminal, { to, stage }: Options): Promise<string> {
  if (to !== undefined) return to;
  const name = stage ?? readConfig(env).stage;
  if (name === undefined) throw new ConfigError("nothing says where the fleet is pushed to: give --stage, or --to s3://bucket/key");
  return (await import("../io/aws/stack.ts")).fleetUriOf(name);
}

type Target = { readonly current: FleetObject | undefined; readonly dryRun: boolean };

async function put({ signal }: Terminal, text: string, to: string, { current, dryRun }: Target): Promise<string> {
  if (current?.text === text) return "already in";
  if (dryRun) return "would be pushed to";
  signal.throwIfAborted();
  await writeObject(to, text, current?.etag);
  return "pushed to";
}

async function readForFunctions(terminal: Terminal, uri: string, rules: FleetRules): Promise<{ next: Fleet; text: string }> {
  return withFleetInErrors(uri, async () => {
    const { text } = await readFleetText(terminal, uri);
    const document = await parseText(text);
    const next = parseFleet(document, rules);
    requireValid(next, text);
    return { next, text: toText(document) };
  });
}

async function fleetIn(current: FleetObject | undefined, rules: FleetRules, force: boolean): Promise<Fleet> {
  if (current === undefined) return NO_FLEET;
  try {
    return parseFleet(await parseText(current.text), rules);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (force) return NO_FLEET;
    throw new ConfigError(
      `the object there is not a fleet, so the clusters that would be dropped are unknown: use --force to replace it (${error.message})`,
    );
  }
}

function refuseToDrop(change: FleetDiff): void {
  if (!dropsTooMany(change)) return;
  const { before, removed } = change;
  throw new ConfigError(
    `${removed.length} of ${counted(before, "cluster")} would be dropped, more than a fifth (${nameList(removed)}): use --force if that is intended`,
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

function nameList(names: readonly string[]): string {
  const more = names.length - MAX_NAMES;
  return names.slice(0, MAX_NAMES).join(", ") + (more > 0 ? ` and ${more} more` : "");
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
