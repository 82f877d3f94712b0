// Declares the options that several commands share, so that they read the same everywhere.

import { type Command, InvalidArgumentError, Option } from "commander";
import { CLUSTER_MS } from "../core/limits.ts";
import { durationText, parseDurationMs } from "../core/time.ts";

const OUTPUTS = ["table", "wide", "json", "yaml", "name"] as const;
type OutputFormat = (typeof OUTPUTS)[number];

/** How results are printed. `headers` is false by `--no-headers`. */
export type OutputOptions = { output: OutputFormat; headers: boolean };
/** `timeout` in milliseconds. */
export type RunOptions = { timeout?: number; concurrency?: number };
export type SelectionOptions = { cluster?: readonly string[]; selector?: string };
export type FailOnOptions = { failOn?: readonly Status[] };

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

/** For commands over many clusters. */
export function withSelection(command: Command): Command {
  return command
    .option("-c, --cluster <names>", "only these clusters: a name, a list a,b or a glob 'prod-*'; may be given more than once", collectList)
    .option("-l, --selector <labels>", "only clusters with these labels, as in kubectl: 'region=eu,tier!=dev,zone in (a,b)'");
}

/** For commands that print what is read; {@link printOutput} prints it, but for formats that one command has `more` of. */
export function withOutput(command: Command, more: readonly string[] = []): Command {
  const formats = [...OUTPUTS, ...more];
  return command
    .addOption(
      new Option("-o, --output <format>", "how results are printed; wide: a line for each, nothing cut").choices(formats).default("table"),
    )
    .option("--no-headers", "print no headings above a table");
}

/** For commands that visit many clusters. */
export function withRun(command: Command, concurrency: number): Command {
  return command
    .option("--timeout <duration>", `what one cluster may take, such as 5s (default: ${durationText(CLUSTER_MS)})`, parseInterval)
    .option("--concurrency <count>", `how many clusters are visited at one time (default: ${concurrency})`, parseCount);
}

/** For commands whose exit code may depend on conditions. */
export function withFailOn(command: Command): Command {
  return command.option("--fail-on <statuses>", "exit with 1 where a condition has one of these: False,Unknown", parseStatuses);
}

/** Collects the values of an option that may be given more than once. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function collectList(value: string, previous: readonly string[] = []): readonly string[] {
  const names = value.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("write names with commas between");
  return [...previous, ...names];
}

/** `15s` in milliseconds. */
export function parseInterval(text: string): number {
  const ms = /^[0-9]+(ms|s|m|h)$/.test(text) ? parseDurationMs(text) : 0;
  if (ms === 0) throw new InvalidArgumentError("write a number and a unit, such as 15s or 1m");
  return ms;
}

/** `2h30m` in milliseconds. */
export function parseDuration(text: string): number {
  const ms = parseDurationMs(text);
  if (!(ms > 0)) throw new InvalidArgumentError("write a duration, such as 90s, 1h or 2d");
  return ms;
}

function parseCount(text: string): number {
  const count = /^[0-9]{1,3}$/.test(text) ? Number(text) : 0;
  if (count === 0) throw new InvalidArgumentError("write a number from 1 to 999");
  return count;
}

const STATUSES = ["True", "False", "Unknown"] as const;
type Status = (typeof STATUSES)[number];

/** `False,Unknown`, in any case, as the statuses of a condition. */
export function parseStatuses(text: string): readonly Status[] {
  return text.split(",").map((word) => {
    const status = STATUSES.find((one) => one.toLowerCase() === word.trim().toLowerCase());
    if (status === undefined) throw new InvalidArgumentError(`write ${STATUSES.join(", ")}, with commas between`);
    return status;
  });
}
