// The fleet that a command works on: from a path, from stdin or from AWS, and refused as a whole where any entry is wrong.
import { resolve } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { fleetRules, readConfig, requireFleet } from "../config.ts";
import { ConfigError } from "../core/errors.ts";
import { type ParsedFleet, parseFleet } from "../core/fleet/fleet.ts";
import { type LoadedFleet, readText, withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText } from "../io/fleet/text.ts";
import type { Terminal } from "./terminal.ts";

const STDIN = "-";

/** Where `--fleet`, ALERTSTATUS_FLEET or FLEET says that the fleet is. */
export function fleetUri({ env }: Terminal, option: string | undefined): string {
  return requireFleet(option ?? readConfig(env).fleet);
}

/** The text that stands at a place, or comes from stdin, and the folder that its `file:` references are relative to. */
export async function readFleetText({ stdin }: Terminal, uri: string): Promise<{ text: string; folder: string | undefined }> {
  return uri === STDIN ? { text: await readAll(stdin), folder: resolve(".") } : readText(uri);
}

/** Has every ConfigError of `work` begin with the place of the fleet. */
export function withFleetInErrors<T>(uri: string, work: () => Promise<T>): Promise<T> {
  return withPlaceInErrors(uri === STDIN ? "stdin" : uri, work);
}

/** The fleet that `--fleet`, ALERTSTATUS_FLEET or FLEET names; a {@link ConfigError} names every wrong entry before anything is done. */
export async function loadValidFleet(terminal: Terminal, option: string | undefined): Promise<LoadedFleet> {
  const uri = fleetUri(terminal, option);
  const rules = fleetRules(readConfig(terminal.env));
  return withFleetInErrors(uri, async () => {
    const { text, folder } = await readFleetText(terminal, uri);
    const fleet = parseFleet(await parseText(text), { ...rules, isRemote: folder === undefined });
    requireValid(fleet);
    return { fleet, folder };
  });
}

/** A {@link ConfigError} with everything that is wrong in the fleet, where something is. */
export function requireValid({ problems: shared, wrong }: ParsedFleet): void {
  const problems = [...new Set([...shared, ...wrong.flatMap((entry) => entry.problems)])];
  if (problems.length > 0) throw new ConfigError(`the fleet file is not usable:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
}
