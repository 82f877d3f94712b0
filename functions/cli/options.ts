// Declares the options that several commands share, so that they read the same everywhere.

import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDurationMs } from "../core/time.ts";

export type OutputFormat = "table" | "json";

export function withFleet(command: Command): Command {
  return command.option(
    "-f, --fleet <place>",
    "the fleet: a path, - for stdin, s3://bucket/key or ssm:/name (default: ALERTSTATUS_FLEET, or FLEET)",
  );
}

/** For commands that log in somewhere. */
export function withLogins(command: Command): Command {
  return withFleet(command).option("--trust-fleet", "let a fleet from s3: or ssm: use your own AWS identity for its logins");
}

export function withClusters(command: Command): Command {
  return command.option("-c, --cluster <name>", "only this cluster; may be given more than once", collect);
}

export function withOutput(command: Command): Command {
  return command.addOption(new Option("-o, --output <format>", "how results are printed").choices(["table", "json"]).default("table"));
}

/** Collects the values of an option that may be given more than once. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** `15s` in milliseconds. */
export function parseInterval(text: string): number {
  const ms = /^[0-9]+(ms|s|m|h)$/.test(text) ? parseDurationMs(text) : 0;
  if (ms === 0) throw new InvalidArgumentError("write a number and a unit, such as 15s or 1m");
  return ms;
}
