// The streams, environment and interrupt of a command, so that no command uses the process itself.

import type { Readable, Writable } from "node:stream";
import { WriteStream } from "node:tty";

export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export type Streams = { readonly stdin: Readable; readonly stdout: Output; readonly stderr: Output };

export type Terminal = Streams & {
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C: then a command sends and writes nothing more, and prints its finished results. */
  readonly signal: AbortSignal;
  /** 0 where all is well, 1 where something needs attention. */
  exitCode: number;
};

/** Writes the lines of a result to stdout. */
export function printResult({ stdout, env }: Pick<Terminal, "stdout" | "env">, text: string): void {
  stdout.write(`${textFor(stdout, env, text)}\n`);
}

/** Writes the lines of a message to stderr. */
export function printMessage({ stderr, env }: Terminal, text: string): void {
  stderr.write(`${textFor(stderr, env, text)}\n`);
}

/** Waits until all output is written, or the stream has failed. */
export function flush(output: Output): Promise<void> {
  return new Promise((resolve) => {
    output.write("", () => resolve());
  });
}

/** The text with its colors, or without them where the stream shows none. */
export function textFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv, text: string): string {
  return hasColors(stream, env) ? text : text.replace(COLORS, (match) => (match.startsWith("\u001b") ? "" : match));
}

/** Whether a stream shows colors, as a terminal does; NO_COLOR, FORCE_COLOR and TERM work as in Node. */
export function hasColors({ isTTY = false }: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return (isTTY || env.FORCE_COLOR !== undefined) && WriteStream.prototype.getColorDepth(env) > 2;
}

/** Removes from text of servers all control characters that a terminal would obey, except line ends and colors. */
export function sanitizeForTerminal(text: string): string {
  return text.replace(/\p{Cc}\[\d+m|[^\P{C}\n]/gu, (match) => (match.startsWith("\u001b[") ? match : " "));
}

const COLORS = /\p{Cc}\[\d+m/gu;
