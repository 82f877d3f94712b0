// What a command has of the world around it, so that none touches the process itself.
import type { Readable, Writable } from "node:stream";
import { WriteStream } from "node:tty";

export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export type Streams = { readonly stdin: Readable; readonly stdout: Output; readonly stderr: Output };

export type Terminal = Streams & {
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C: from then on nothing is sent and nothing is written, and a command prints what is done. */
  readonly signal: AbortSignal;
  /** 0 where all is well, 1 where something needs a look. */
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

/** Waits until everything is written, or cannot be any more. */
export function flush(output: Output): Promise<void> {
  return new Promise((resolve) => {
    output.write("", () => resolve());
  });
}

/** A text with its colors, or without them where the stream shows none. */
export function textFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv, text: string): string {
  return hasColors(stream, env) ? text : text.replace(COLORS, (found) => (found.startsWith("\u001b") ? "" : found));
}

/** Whether a stream shows colors: a terminal does; NO_COLOR, FORCE_COLOR and TERM count as they do in Node. */
export function hasColors({ isTTY = false }: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return (isTTY || env.FORCE_COLOR !== undefined) && WriteStream.prototype.getColorDepth(env) > 2;
}

/** Text in which servers have had a say, with nothing left that a terminal would obey but line ends and colors. */
export function sanitizeForTerminal(text: string): string {
  return text.replace(/\p{Cc}\[\d+m|[^\P{C}\n]/gu, (found) => (found.startsWith("\u001b[") ? found : " "));
}

const COLORS = /\p{Cc}\[\d+m/gu;
