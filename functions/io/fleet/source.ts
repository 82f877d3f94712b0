// Loads the fleet from a file, from S3 or from SSM, and lets functions use the last valid one for a while.

import type { FleetRules } from "../../core/access/fleet-rules.ts";
import { ConfigError } from "../../core/errors.ts";
import { type ParsedFleet, parseFleet } from "../../core/fleet/fleet.ts";
import type { Clock } from "../../core/time.ts";
import { openCache } from "../cache.ts";
import { filePlace } from "./file.ts";
import { type FleetPlace, parseText } from "./text.ts";

/** A fleet, and the folder that its `file:` references are relative to; a remote fleet has none. `version` is the name of the object that held it. */
export type LoadedFleet = { readonly fleet: ParsedFleet; readonly folder: string | undefined; readonly version?: string };

/** The fleet that a function uses; `stale` says why a newer one cannot be read, `replaced` is the version before it. */
export type CurrentFleet = LoadedFleet & { readonly stale?: string; readonly replaced?: string };

/** The rules of the deployment; the place of a fleet decides whether it is remote. */
type Settings = Omit<FleetRules, "isRemote">;

type Revision = { readonly loaded: LoadedFleet; readonly mark?: string };

const RECHECK_MS = 30_000;
const MAX_STALE_MS = 15 * 60_000;

/** Reads the fleet from a path, `file:PATH`, `s3://bucket/key` or `ssm:/name`; a {@link ConfigError} names the place and the error. */
export async function loadFleet(uri: string, settings: Settings = {}): Promise<LoadedFleet> {
  const revision = await readRevision(uri, settings, undefined);
  if (revision === undefined) throw new ConfigError(`${uri}: nothing could be read`);
  return revision.loaded;
}

/**
 * The fleet across invocations: checked at most every 30 s, and the same object while nothing changes; `replaced` comes once, with the first new
 * fleet. While a newer one cannot be read
 * or is invalid, the last valid one stays in use for 15 minutes, and `stale` says why; after that, or without one, a {@link ConfigError} is thrown.
 */
export function openFleet(uri: string, { clock, ...settings }: Settings & { readonly clock: Clock }): () => Promise<CurrentFleet> {
  const revisions = openCache<Revision>({ untilMs: (_, fetchedAtMs) => fetchedAtMs + RECHECK_MS, staleMs: MAX_STALE_MS });
  let stale: string | undefined;
  let replaced: string | undefined;

  async function check(last?: Revision): Promise<Revision> {
    try {
      const revision = (await readRevision(uri, settings, last?.mark)) ?? last;
      if (revision === undefined) throw new ConfigError(`${uri}: nothing could be read`);
      stale = undefined;
      if (last !== undefined && last !== revision) replaced = last.loaded.version;
      return revision;
    } catch (error) {
      if (error instanceof ConfigError) stale = error.message;
      throw error;
    }
  }

  return async () => {
    const { loaded } = await revisions.read(uri, { nowMs: clock.nowMs() }, check);
    const before = replaced;
    replaced = undefined;
    return { ...loaded, ...(stale !== undefined && { stale }), ...(before !== undefined && { replaced: before }) };
  };
}

/** The unparsed text of a fleet, and the folder that its `file:` references are relative to. */
export async function readText(uri: string): Promise<{ readonly text: string; readonly folder: string | undefined }> {
  const { folder, read } = await placeOf(uri);
  return { text: (await read())?.text ?? "", folder };
}

function readRevision(uri: string, settings: Settings, lastMark: string | undefined): Promise<Revision | undefined> {
  return withPlaceInErrors(uri, async () => {
    const { folder, read } = await placeOf(uri);
    const content = await read(lastMark);
    if (content === undefined) return undefined;
    const fleet = parseFleet(await parseText(content.text), { ...settings, isRemote: folder === undefined });
    return { loaded: { fleet, folder, version: content.version }, mark: content.mark };
  });
}

// The AWS clients are loaded only where the fleet is in AWS.
async function placeOf(uri: string): Promise<FleetPlace> {
  const [, scheme = "file", rest = uri] = /^([a-z0-9]{2,}):(.*)$/.exec(uri) ?? [];
  if (scheme === "file") return filePlace(rest);
  if (scheme === "s3") return (await import("./s3.ts")).s3Place(uri);
  if (scheme === "ssm") return (await import("./ssm.ts")).ssmPlace(rest);
  throw new ConfigError("a fleet is read from a path, file:PATH, s3://bucket/key or ssm:/name");
}

/** Runs `work`, and prefixes each of its ConfigErrors with the place. */
export async function withPlaceInErrors<T>(uri: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${uri}: ${error.message}`);
  }
}
