import { type Command, InvalidArgumentError, Option } from "commander";
import { readConfig, requireFleet } from "../config.ts";
import { ConfigError } from "../core/errors.ts";
import type { ParsedFleet } from "../core/fleet/fleet.ts";
import { parseDurationMs } from "../core/time.ts";
import { type LoadedFleet, loadFleet, withPlaceInErrors } from "../io/fleet/source.ts";

export type OutputFormat = "table" | "json";

export function withFleet(command: Command): Command {
  return command.option("-f, --fleet <place>", "the fleet: a path, s3://bucket/key or ssm:/name (default: the environment variable FLEET)");
}

export function withClusters(command: Command): Command {
  return command.option("-c, --cluster <name>", "only this cluster; may be given more than once", collect);
}

export function withOutput(command: Command): Command {
  return command.addOption(new Option("-o, --output <format>", "how results are printed").choices(["table", "json"]).default("table"));
}

/** Adds up an option that may be given more than once. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** `15s` in milliseconds. */
export function parseInterval(text: string): number {
  const ms = /^[0-9]+(ms|s|m|h)$/.test(text) ? parseDurationMs(text) : 0;
  if (ms === 0) throw new InvalidArgumentError("write a number and a unit, such as 15s or 1m");
  return ms;
}

/** Where `--fleet` or FLEET says that the fleet is. */
export function fleetUri(option: string | undefined): string {
  return requireFleet(option ?? readConfig().fleet);
}

/** The fleet that `--fleet` or FLEET names. A person is told of every wrong entry before anything is done. */
export async function loadValidFleet(option: string | undefined): Promise<LoadedFleet> {
  const uri = fleetUri(option);
  const { receiverSecret } = readConfig();
  const loaded = await loadFleet(uri, { receiverSecret });
  await withPlaceInErrors(uri, async () => requireValid(loaded.fleet));
  return loaded;
}

/** A {@link ConfigError} that tells of everything that is wrong in the fleet, where something is. */
export function requireValid({ problems: shared, wrong }: ParsedFleet): void {
  const problems = [...new Set([...shared, ...wrong.flatMap((entry) => entry.problems)])];
  if (problems.length > 0) throw new ConfigError(`the fleet file is not usable:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
}
