// Asks a person before something is changed.

import { createInterface } from "node:readline";
import { type Terminal, textFor } from "./terminal.ts";

/** Whether a person can be asked: question and answer are on a terminal. */
export function canAsk({ stdin, stderr }: Terminal): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/** Whether the answer is yes; the end of the input and Ctrl-C are none. */
export async function isConfirmed({ stdin, stderr, env, signal }: Terminal, question: string): Promise<boolean> {
  stderr.write(textFor(stderr, env, `${question} [y/N] `));
  const lines = createInterface({ input: stdin, terminal: false });
  const close = () => lines.close();
  signal.addEventListener("abort", close, { once: true });
  const answer = await new Promise<string>((resolve) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
  });
  close();
  signal.removeEventListener("abort", close);
  return /^y(es)?$/i.test(answer.trim());
}
