// Runs a file of the benchmark as a child process that answers one message at a time.

import { fork, type Serializable } from "node:child_process";
import { join } from "node:path";

/** A process of the benchmark, running a file of this folder until it is stopped; it answers one message at a time. */
export type Child<Answer> = { send: (message: Serializable) => void; answer: () => Promise<Answer>; stop: () => void };

export function startChild<Answer>(file: string): Child<Answer> {
  const child = fork(join(import.meta.dirname, file));
  const fail = (code: number | null, signal: string | null) => {
    throw new Error(`${file} ended too early: ${code ?? signal}`);
  };
  child.once("exit", fail);
  return {
    send: (message) => child.send(message),
    answer: () => new Promise<Answer>((resolve) => child.once("message", resolve)),
    stop: () => child.off("exit", fail).disconnect(),
  };
}
