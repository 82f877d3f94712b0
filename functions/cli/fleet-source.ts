// Loads the fleet of a command from a path, stdin or AWS, and refuses it as a whole where any entry is wrong.

import { resolve } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { fleetRules, readConfig, requireFleet } from "../config.ts";
import type { FleetRules } from "../core/access/fleet-rules.ts";
import { ConfigError } from "../core/errors.ts";
import { type ParsedFleet, parseFleet } from "../core/fleet/fleet.ts";
import { type LoadedFleet, readText, withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText } from "../io/fleet/text.ts";
import { problemLines } from "./fleet-problems.ts";
import type { Terminal } from "./terminal.ts";

const STDIN = "-";

/** The URI in `--fleet`, ALERTSTATUS_FLEET or FLEET. */
export function fleetUri({ env }: Terminal, option: string | undefined): string {
  return requireFleet(option ?? readConfig(env).fleet);
}

/** The text at a URI, or of stdin, and the folder that its `file:` references are relative to. */
export async function readFleetText({ stdin }: Terminal, uri: string): Promise<{ text: string; folder: string | undefined }> {
  return uri === STDIN ? { text: await readAll(stdin), folder: resolve(".") } : readText(uri);
}

/** Runs `work`, and prefixes each of its ConfigErrors with the place of the fleet. */
export function withFleetInErrors<T>(uri: string, work: () => Promise<T>): Promise<T> {
  return withPlaceInErrors(uri === STDIN ? "stdin" : uri, work);
}

/** The fleet in `--fleet`, ALERTSTATUS_FLEET or FLEET; a {@link ConfigError} names every wrong entry. `more` are the rules of another reader. */
export async function loadValidFleet(terminal: Terminal, option: string | undefined, more: FleetRules = {}): Promise<LoadedFleet> {
  const uri = fleetUri(terminal, option);
  const rules = fleetRules(readConfig(terminal.env));
  return withFleetInErrors(uri, async () => {
    const { text, folder } = await readFleetText(terminal, uri);
    const fleet = parseFleet(await parseText(text), { ...rules, isRemote: folder === undefined, ...more });
    requireValid(fleet, text);
    return { fleet, folder };
  });
}

/** Throws a {@link ConfigError} with all problems of a fleet and their places in its text, where it has some. */
export function requireValid(fleet: ParsedFleet, text: string): void {
  const lines = problemLines(fleet, text);
  if (lines.length > 0) throw new ConfigError(`the fleet file is not usable:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}
