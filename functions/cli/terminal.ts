// The streams, environment and interrupt of a command, so that no command uses the process itself.

import type { Readable, Writable } from "node:stream";
import { WriteStream } from "node:tty";

export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

type Input = Readable & { readonly isTTY?: boolean };

export type Streams = { readonly stdin: Input; readonly stdout: Output; readonly stderr: Output };

/** How the command line was started, which its hints and its version repeat. */
export type Start = {
  /** What stands before the name of a command: `alertstatus`, `kubectl alertstatus` or `npm run -s cli --`. */
  readonly program: string;
  readonly version: string;
};

export type Terminal = Streams &
  Start & {
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

/** Writes a result to stdout as JSON; what a terminal would obey stands in it as an escape, so that nothing of the value is lost. */
export function printJson(terminal: Pick<Terminal, "stdout" | "env">, value: object, indent?: number): void {
  printResult(terminal, JSON.stringify(value, undefined, indent).replace(UNPRINTABLE, escaped));
}

// By UTF-16 code units, as JSON has it.
function escaped(character: string): string {
  return [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}

/** Writes the lines of a message to stderr. */
export function printMessage(terminal: Terminal, text: string): void {
  const { stderr, env } = terminal;
  stderr.write(`${textFor(stderr, env, asTyped(terminal, text))}\n`);
}

/** A text whose hints can be typed: a command such as `fleet push` stands in it after the name that the command line was started by. */
export function asTyped({ program }: Pick<Start, "program">, text: string): string {
  return text.replace(HINTS, () => `\`${program} `);
}

// A command in backticks with a word after it; alone, it may be a field such as `status`.
const HINTS = /`(?=(?:reconcile|status|history|explain|replay|doctor|cleanup|init|fleet|rules|rbac|profile|receiver|deploy|completion)\s)/g;

/** Waits until all output is written, or the stream has failed. */
export function flush(output: Output): Promise<void> {
  return new Promise((resolve) => {
    output.write("", () => resolve());
  });
}

/** A text as a stream shows it: with its colors or without, and with nothing else that a terminal obeys, whatever it was made of. */
export function textFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv, text: string): string {
  const safe = sanitizeForTerminal(text);
  return hasColors(stream, env) ? safe : safe.replace(COLORS, "");
}

/** Whether a stream shows colors, as a terminal does; NO_COLOR, FORCE_COLOR and TERM work as in Node. */
export function hasColors({ isTTY = false }: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return (isTTY || env.FORCE_COLOR !== undefined) && WriteStream.prototype.getColorDepth(env) > 2;
}

/** How many characters of a text a terminal shows. */
export function visibleLength(text: string): number {
  return [...text.replace(COLORS, "")].length;
}

/** Removes from text of servers all control characters that a terminal would obey, except line ends and colors. */
export function sanitizeForTerminal(text: string): string {
  return text.replace(OBEYED, (found) => (found.startsWith("\u001b[") || found.endsWith("\n") ? found : " "));
}

// Of the colors those of output.ts alone: others hide what follows them.
const COLORS = /\p{Cc}\[(?:1|22|31|32|33|39|90)m/gu;
const UNPRINTABLE = /[^\P{C}\n]|[\u2028\u2029]/gu;
const OBEYED = new RegExp(`${COLORS.source}|\\r\\n|${UNPRINTABLE.source}`, "gu");
