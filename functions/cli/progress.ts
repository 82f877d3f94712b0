// Shows on a terminal how far a command over a large fleet is.

import type { Terminal } from "./terminal.ts";

const LARGE = 20;
const CLEAR_LINE = "\r\u001b[K";

/** One line that counts finished clusters; nothing where stderr is no terminal or the fleet is small. */
export function showProgress({ stderr }: Terminal, total: number): { step: () => void; stop: () => void } {
  if (total < LARGE || !stderr.isTTY) return { step: () => {}, stop: () => {} };
  let done = 0;
  const show = () => stderr.write(`${CLEAR_LINE}${done} of ${total} clusters`);
  show();
  return {
    step: () => {
      done++;
      show();
    },
    stop: () => {
      stderr.write(CLEAR_LINE);
    },
  };
}

/** One line that counts the answers of a source; nothing where stderr is no terminal. */
export function showAnswers({ stderr }: Terminal): { step: (cluster: string) => void; stop: () => void } {
  if (!stderr.isTTY) return { step: () => {}, stop: () => {} };
  const answers = new Map<string, number>();
  return {
    step: (cluster) => {
      answers.set(cluster, (answers.get(cluster) ?? 0) + 1);
      stderr.write(`${CLEAR_LINE}${cluster}: ${answers.get(cluster)} answers`);
    },
    stop: () => {
      stderr.write(CLEAR_LINE);
    },
  };
}
