// The fleet that a command edits: a file of this machine in place, or that of a stage, each only if it still is what was read.

import { readFile, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fleetRules, readConfig } from "../config.ts";
import type { FleetRules } from "../core/access/fleet-rules.ts";
import { ConfigError } from "../core/errors.ts";
import { diffFleets } from "../core/fleet/diff.ts";
import { clustersOf, withClusters } from "../core/fleet/document.ts";
import { type ClusterEntry, type Fleet, type ParsedFleet, parseFleet } from "../core/fleet/fleet.ts";
import { type Edit, editFor, type Promotion } from "../core/fleet/promote.ts";
import type { JsonObject } from "../core/json.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText, toText } from "../io/fleet/text.ts";
import { withEdit } from "./fleet-edit.ts";
import { fleetUri, readFleetText, requireValid } from "./fleet-source.ts";
import { readCurrent, replaceFleet, type TargetOptions, targetOf } from "./fleet-target.ts";
import { printResult, type Terminal } from "./terminal.ts";

type Next = { readonly text: string; readonly fleet: ParsedFleet };
type How = { readonly dryRun: boolean; readonly why: string };

export type FleetPlace = {
  readonly fleet: Fleet;
  /** What `file:` references are relative to. */
  readonly folder: string | undefined;
  /** The fleet with a promotion in it; a {@link ConfigError} where that is none. */
  edited(entry: ClusterEntry, promotion: Promotion): Promise<Next>;
  write(next: Next, how: How): Promise<void>;
};

/** The place that `--to` or a stage names, else the file of `--fleet`. */
export async function openFleetPlace(terminal: Terminal, options: TargetOptions & { fleet?: string }): Promise<FleetPlace> {
  const { fleet, to, stage } = options;
  if (fleet !== undefined && (to ?? stage) !== undefined) throw new ConfigError("name one fleet: --fleet, or --stage, or --to");
  if (fleet?.startsWith("s3:")) return openTarget(terminal, { to: fleet });
  const isOfStage = fleet === undefined && (to ?? stage ?? readConfig(terminal.env).stage) !== undefined;
  return isOfStage ? openTarget(terminal, options) : openFile(terminal, fleetUri(terminal, fleet));
}

async function openTarget(terminal: Terminal, options: TargetOptions): Promise<FleetPlace> {
  const target = await targetOf(terminal, options);
  const current = await withPlaceInErrors(target.to, () => readCurrent(target));
  return {
    fleet: current.fleet,
    folder: undefined,
    edited: (entry, promotion) =>
      withPlaceInErrors(target.to, async () => {
        const { document } = current;
        const edit = editFor(document, clusterIn(document, entry.name), entry, promotion);
        const next = withField(document, entry.name, edit);
        return checked(current.fleet, { text: toText(next), fleet: parseFleet(next, target.rules) }, entry.name);
      }),
    write: (next, how) => withPlaceInErrors(target.to, () => replaceFleet(terminal, target, current, next, { did: "promote", ...how })),
  };
}

async function openFile(terminal: Terminal, uri: string): Promise<FleetPlace> {
  const path = uri.replace(/^file:/, "");
  if (path === "-" || /^[a-z0-9]{2,}:/.test(path)) throw new ConfigError(`${uri} cannot be edited in place: name a file, --stage or --to`);
  const rules: FleetRules = { ...fleetRules(readConfig(terminal.env)), isRemote: false };
  return withPlaceInErrors(uri, async () => {
    const { text } = await readFleetText(terminal, path);
    const document = await parseText(text);
    const fleet = parseFleet(document, rules);
    requireValid(fleet, text);
    return {
      fleet,
      folder: dirname(resolve(path)),
      edited: (entry, promotion) =>
        withPlaceInErrors(uri, async () => {
          const edited = withEdit(text, entry.name, editFor(document, clusterIn(document, entry.name), entry, promotion));
          return checked(fleet, { text: edited, fleet: parseFleet(await parseText(edited), rules) }, entry.name);
        }),
      write: (next, how) => withPlaceInErrors(uri, () => writeFleet(terminal, path, text, next, how)),
    };
  });
}

async function writeFleet(terminal: Terminal, path: string, before: string, { text }: Next, { dryRun }: How): Promise<void> {
  terminal.signal.throwIfAborted();
  if ((await readFile(path, "utf8")) !== before)
    throw new ConfigError("it was edited meanwhile: run the command again, which reads it anew");
  if (!dryRun) await writeFile(path, text);
  printResult(terminal, dryRun ? `would be written to ${path}` : `written to ${path}: \`fleet push\` gives it to the functions`);
}

// Whatever an edit does to a file, it decides something else for this cluster alone.
function checked(before: Fleet, next: Next, cluster: string): Next {
  requireValid({ ...next.fleet, problems: [], wrong: next.fleet.wrong.filter(({ name }) => name === cluster) }, next.text);
  const { added, removed, changed } = diffFleets(before, next.fleet);
  const isThisAlone = added.length + removed.length === 0 && changed.length === 1 && changed[0] === cluster;
  if (!isThisAlone) throw new ConfigError(`the entry of ${cluster} cannot be edited alone: edit it by hand`);
  return next;
}

function clusterIn(document: unknown, name: string): JsonObject {
  return clustersOf(document).find((one) => one.name === name) ?? {};
}

function withField(document: unknown, name: string, edit: Edit): object {
  return withClusters(document, (one) => (one.name === name ? { ...one, ...edit } : one));
}
