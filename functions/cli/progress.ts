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
