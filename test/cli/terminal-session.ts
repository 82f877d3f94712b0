// Runs the command line on a terminal of its own, as a person sees it.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

const ROOT = join(import.meta.dirname, "../..");
const PTY = join(ROOT, "test/support/on-terminal.py");

/** Whether this machine has what a terminal needs. */
export const hasTerminal = spawnSync("python3", ["-c", "import pty"]).status === 0;

type Session = {
  /** Resolves once the screen has shown a text. */
  seen(text: string): Promise<void>;
  resize(columns: number, rows: number): void;
  press(keys: string): void;
  /** The exit code, and the lines that stay on the screen. */
  readonly ended: Promise<{ readonly code: unknown; readonly lines: readonly string[] }>;
};

/** Starts the command line on a terminal of `columns` and 24 rows. */
export function startSession(words: readonly string[], columns: number): Session {
  const command = [process.execPath, join(ROOT, "functions/cli.ts"), ...words];
  const { FORCE_COLOR: _, NO_COLOR: __, ...environment } = process.env;
  const child = spawn("python3", [PTY, String(columns), "24", ...command], { cwd: ROOT, env: { ...environment, TERM: "xterm-256color" } });
  let shown = "";
  const waiting = new Map<string, () => void>();
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    shown += chunk;
    for (const [text, resolve] of waiting) if (shown.includes(text)) resolve();
  });
  child.stderr.resume();
  return {
    seen: (text) => new Promise((resolve) => (shown.includes(text) ? resolve() : void waiting.set(text, resolve))),
    resize: (width, height) => void child.stdin.write(`resize ${width} ${height}\n`),
    press: (keys) => void child.stdin.write(`keys ${JSON.stringify(keys)}\n`),
    ended: once(child, "close").then(([code]) => ({ code, lines: linesOf(shown) })),
  };
}

// A line that is cleared and written again shows its last text.
function linesOf(shown: string): readonly string[] {
  const lines = shown.split("\r\n").map((line) => stripVTControlCharacters(line.slice(line.lastIndexOf("\r") + 1)));
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
