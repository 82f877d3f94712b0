// Reads what functions in the local cloud have used: their bill, their CPU and their log.

import { readdir, readFile } from "node:fs/promises";
import { functionLog } from "../../support/function-log.ts";
import type { CloudAccess } from "../../support/local-cloud.ts";

/** What invocations of one function took: milliseconds that are billed and of CPU, bytes of log, and their metrics added up. */
export type Usage = {
  readonly invocations: number;
  readonly billedMs: number;
  readonly cpuMs: number;
  readonly megabytes: number;
  readonly logBytes: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** When the last of them published its metrics, in milliseconds since the epoch. */
  readonly lastMs: number;
};

// With as many megabytes a function has a whole core: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
const CORE_MB = 1_769;

/** What Lambda bills where the function computes all the time: it has its share of a core, in which the CPU takes longer than it does here. */
export function gbSecondsOfCpu({ cpuMs, megabytes }: Usage): number {
  return (cpuMs / 1_000) * (CORE_MB / 1_024) * Math.sign(megabytes);
}

/** The same where it also waits. */
export function gbSeconds(usage: Usage): number {
  return Math.max((usage.billedMs / 1_000) * (usage.megabytes / 1_024), gbSecondsOfCpu(usage));
}

/** Milliseconds of CPU by process. */
export type CpuTimes = ReadonlyMap<string, number>;

// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: utime and stime count these, on every common build.
const TICK_MS = 10;
// What CloudWatch bills of an event besides its text: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const EVENT_BYTES = 26;

/** Of every process of the function. */
export async function cpuTimes(name: string): Promise<CpuTimes> {
  const ids = (await readdir("/proc")).filter((id) => /^\d+$/.test(id));
  const times = await Promise.all(ids.map((id) => cpuMsOf(id, name).catch(() => undefined)));
  return new Map(ids.flatMap((id, index) => (times[index] === undefined ? [] : [[id, times[index]] as const])));
}

async function cpuMsOf(id: string, name: string): Promise<number | undefined> {
  if (!(await readFile(`/proc/${id}/cmdline`, "utf8")).includes(`ministack-lambda-${name}-`)) return undefined;
  const [, fields = ""] = (await readFile(`/proc/${id}/stat`, "utf8")).split(") ");
  const [utime, stime] = fields.split(" ").slice(11, 13);
  return (Number(utime) + Number(stime)) * TICK_MS;
}

/** What the function has used since then, in milliseconds since the epoch; `before` is what its processes had taken of the CPU. */
export async function usageSince(cloud: CloudAccess, name: string, sinceMs: number, before: CpuTimes): Promise<Usage> {
  const lines = await functionLog(cloud, name, sinceMs);
  const bills = lines.flatMap(
    (line) => /^REPORT .*Billed Duration: (\d+) ms\tMemory Size: (\d+) MB/.exec(line)?.slice(1).map(Number) ?? [],
  );
  const written: Metrics[] = lines.flatMap((line) => (line.startsWith("{") && line.includes('"_aws"') ? [JSON.parse(line)] : []));
  const cpu = [...(await cpuTimes(name))].map(([id, ms]) => ms - (before.get(id) ?? 0));
  return {
    invocations: bills.length / 2,
    billedMs: sum(bills.filter((_, index) => index % 2 === 0)),
    cpuMs: sum(cpu),
    megabytes: bills[1] ?? 0,
    logBytes: sum(lines.map((line) => Buffer.byteLength(line) + EVENT_BYTES)),
    metrics: added(written),
    lastMs: Math.max(0, ...written.map(({ _aws }) => _aws.Timestamp)),
  };
}

type Metrics = Readonly<Record<string, unknown>> & { readonly _aws: { readonly Timestamp: number } };

function added(written: readonly Metrics[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const line of written)
    for (const [name, value] of Object.entries(line)) if (typeof value === "number") sums[name] = (sums[name] ?? 0) + value;
  return sums;
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
