// A large fleet takes a while: a terminal shows how far a command is.
import type { Terminal } from "./terminal.ts";

const LARGE = 20;
const CLEAR_LINE = "\r\u001b[K";

/** One line on a terminal that counts clusters while a large fleet is at work; nothing in a pipe. */
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
