// Invokes functions in processes of their own, as Lambda does.

import { fork } from "node:child_process";
import { once } from "node:events";
import { isAbsolute, join } from "node:path";
import { text } from "node:stream/consumers";
import { isTime, METRICS } from "../../functions/core/outcome/metrics.ts";
import type { QueueMessage } from "./queue-messages.ts";

/** What an invocation came to. */
export type Invoked = { readonly answer?: unknown; readonly error?: { readonly name: string; readonly message: string } };

/** What an invocation of a process came to, with what is known of the process. */
type Measured = Invoked & {
  /** The packages that the process has loaded so far. */
  readonly libraries: readonly string[];
  /** The most memory that the process has had so far. */
  readonly megabytes: number;
};

/** A line of the log. Metrics are lines too, with `_aws`. */
export type Line = { readonly [field: string]: unknown };

/** A warm function. */
export type Lambda<Answer extends Invoked = Measured> = {
  invoke(payload: unknown, settings?: { remainingMs?: number }): Promise<Answer>;
  /** Ends it: all that it ever wrote. */
  end(): Promise<Output>;
};

export type Output = { readonly text: string; readonly lines: readonly Line[]; readonly metrics: readonly Line[] };

const CHILD = join(import.meta.dirname, "invoked.ts");
const FUNCTIONS = join(import.meta.dirname, "../../functions");

// Where Node keeps what it compiled, if this process does.
const { NODE_COMPILE_CACHE = "" } = process.env;

/** Starts `functions/<name>.ts`, or a bundle by its path, as Lambda does: in a process of its own, with nothing in its environment but this. */
export async function startLambda(name: string, environment: Readonly<Record<string, string>>): Promise<Lambda> {
  const child = fork(CHILD, [isAbsolute(name) ? name : join(FUNCTIONS, `${name}.ts`)], {
    env: { NODE_COMPILE_CACHE, PUSH_PATIENCE: "10000", ...environment },
    silent: true,
  });
  const written = Promise.all([child.stdout, child.stderr].map((stream) => (stream === null ? "" : text(stream))));
  await once(child, "message");
  return {
    async invoke(payload, { remainingMs = 60_000 } = {}) {
      child.send({ payload, remainingMs });
      const isOver = new AbortController();
      const { signal } = isOver;
      const ended = once(child, "exit", { signal }).then(() => []);
      const [answer]: Measured[] = await Promise.race([once(child, "message", { signal }), ended]);
      isOver.abort();
      ended.catch(() => undefined);
      if (answer === undefined) throw new Error(`the function ended: ${(await written).join("\n").slice(-2_000)}`);
      return answer;
    },
    async end() {
      child.disconnect();
      return toOutput((await written).join("\n"));
    },
  };
}

/** Starts a function in a process of its own, invokes it with each payload, one after the other, and ends it. */
export async function invokeCold(
  name: string,
  environment: Readonly<Record<string, string>>,
  ...payloads: readonly unknown[]
): Promise<Output & { invoked: readonly Measured[] }> {
  return invokeEach(await startLambda(name, environment), payloads);
}

/** Invokes a function with each payload, one after the other, and ends it. */
export async function invokeEach<Answer extends Invoked>(
  lambda: Lambda<Answer>,
  payloads: readonly unknown[],
): Promise<Output & { invoked: readonly Answer[] }> {
  const invoked: Answer[] = [];
  for (const payload of payloads) invoked.push(await lambda.invoke(payload));
  return { ...(await lambda.end()), invoked };
}

/** The event by which Lambda hands over what it took from a queue. */
export function aBatch(...messages: readonly QueueMessage[]): { Records: readonly QueueMessage[] } {
  return { Records: messages };
}

/** The metrics of all lines, added up; a count that is not published is zero, as to an alarm. */
export function metricsOf({ metrics }: Output): Readonly<Record<string, number>> {
  const sums: Record<string, number> = Object.fromEntries(METRICS.filter((name) => !isTime(name)).map((name) => [name, 0]));
  for (const line of metrics)
    for (const [name, value] of Object.entries(line)) if (typeof value === "number") sums[name] = (sums[name] ?? 0) + value;
  return sums;
}

/** What was written, as CloudWatch reads it. */
export function toOutput(written: string): Output {
  const parsed = written.split("\n").flatMap((line): Line[] => (line.startsWith("{") ? [JSON.parse(line)] : []));
  return { text: written, lines: parsed.filter((line) => !("_aws" in line)), metrics: parsed.filter((line) => "_aws" in line) };
}
