// A bug that one cluster meets is data of that cluster's outcome: it stops neither the run nor the other clusters.
import { sanitize } from "../text.ts";
import type { ClusterOutcome } from "./outcome.ts";

/** Where code failed: the name of what was thrown, and the first frames of its stack. */
export type Crash = { readonly error: string; readonly frames: readonly string[] };

const MOST_FRAMES = 5;

/** What became of a cluster whose process died of it, as the next tick finds out. */
export function deathOf(cluster: string): ClusterOutcome {
  const message = "the process that read it, and nothing else, did not come to its end";
  return { cluster, was: "crashed", code: "process-died", message, resources: [], unlisted: [], ms: 0 };
}

/** What was thrown, as an outcome carries it. */
export function crashOf(thrown: unknown): { readonly message: string; readonly crash: Crash } {
  if (!(thrown instanceof Error)) return { message: sanitize(String(thrown)), crash: { error: typeof thrown, frames: [] } };
  const frames = (thrown.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return {
    message: sanitize(thrown.message),
    crash: { error: thrown.name, frames: frames.slice(0, MOST_FRAMES).map((line) => sanitize(line.slice("    at ".length))) },
  };
}
