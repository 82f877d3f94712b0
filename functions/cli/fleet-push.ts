import type { Command } from "commander";
import { readConfig } from "../config.ts";
import { ConfigError } from "../core/errors.ts";
import { diffFleets, dropsTooMany, type FleetDiff } from "../core/fleet/diff.ts";
import { type Fleet, type ParsedFleet, parseFleet } from "../core/fleet/fleet.ts";
import type { FleetObject } from "../io/fleet/s3.ts";
import { readDocument, withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText, toText } from "../io/fleet/text.ts";
import { changeLines, cleanupLines, nameList, summaryOf } from "./fleet-change-output.ts";
import { fleetUri, requireValid, withFleet } from "./options.ts";
import { counted } from "./output.ts";

type Options = { fleet?: string; to: string; dryRun?: boolean; force?: boolean };

export function addFleetPush(fleet: Command): void {
  withFleet(fleet.command("push").description("check a fleet, compare it with the one that functions read, and put it in its place"))
    .requiredOption("--to <uri>", "where functions read their fleet: s3://bucket/key")
    .option("--dry-run", "show what would change, but write nothing")
    .option("--force", "also where more than a fifth of the clusters would be dropped")
    .action(push);
}

async function push({ fleet: option, to, dryRun = false, force = false }: Options): Promise<void> {
  const { next, text } = await readForFunctions(fleetUri(option));
  await withPlaceInErrors(to, async () => {
    const { currentObject } = await import("../io/fleet/s3.ts");
    const there = await currentObject(to);
    const change = diffFleets(await fleetIn(there, force), next);
    for (const line of changeLines(change)) console.log(line);
    if (!force) refuseToDrop(change);
    const was = await put(text, to, { there, dryRun });
    console.log(`${was} ${to}: ${counted(next.clusters.length, "cluster")}, ${summaryOf(change)}`);
    if (was === "pushed to") for (const line of cleanupLines(change.removed, to, there?.versionId)) console.error(line);
  });
}

async function put(text: string, to: string, { there, dryRun }: { there: FleetObject | undefined; dryRun: boolean }): Promise<string> {
  if (there?.text === text) return "already in";
  if (dryRun) return "would be pushed to";
  const { writeObject } = await import("../io/fleet/s3.ts");
  await writeObject(to, text, there?.etag);
  return "pushed to";
}

async function readForFunctions(uri: string): Promise<{ next: Fleet; text: string }> {
  const document = await readDocument(uri);
  return withPlaceInErrors(uri, async () => {
    const next = asFunctionsDo(document);
    requireValid(next);
    return { next, text: toText(document) };
  });
}

// Where the files and the environment of this machine are not.
function asFunctionsDo(document: unknown): ParsedFleet {
  return parseFleet(document, { isRemote: true, receiverSecret: readConfig().receiverSecret });
}

const NO_FLEET: Fleet = { clusters: [], wrong: [] };

async function fleetIn(there: FleetObject | undefined, force: boolean): Promise<Fleet> {
  if (there === undefined) return NO_FLEET;
  try {
    return asFunctionsDo(await parseText(there.text));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (force) return NO_FLEET;
    throw new ConfigError(
      `what is there is no fleet, so nobody can say what would be dropped: use --force to replace it (${error.message})`,
    );
  }
}

function refuseToDrop(change: FleetDiff): void {
  if (!dropsTooMany(change)) return;
  const { before, removed } = change;
  throw new ConfigError(
    `${removed.length} of ${counted(before, "cluster")} would be dropped, more than a fifth (${nameList(removed)}): use --force if that is meant`,
  );
}
