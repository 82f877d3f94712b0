// Runs one client of the benchmark in a process of its own.

import type { ClientName, Given } from "./candidate-process.ts";
import { startChild } from "./child.ts";
import type { Started } from "./server.ts";

/** Something whose cost is wanted. */
export type Candidate = {
  /** Milliseconds of CPU for one cluster, over so many of them. */
  cpuMs: (clusters: number) => Promise<number>;
  close: () => void;
};

/** Which clusters a pass is over, and whether each pass opens its connections anew. */
export type Passes = { clusters: number; anew: boolean };

/** A client in a process of its own: what it leaves to the garbage collector, it pays for itself. */
export async function startCandidate(client: ClientName, started: Started, { clusters, anew }: Passes): Promise<Candidate> {
  const child = startChild<number>("candidate-process.ts");
  const given: Given = { client, clusters, anew, started };
  child.send(given);
  await child.answer();
  return {
    cpuMs: async (wanted) => {
      child.send(wanted / clusters);
      return (await child.answer()) / wanted;
    },
    close: child.stop,
  };
}
