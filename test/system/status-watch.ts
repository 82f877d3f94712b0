// Watches the conditions of a cluster, so that no write is missed.

import { createInterface } from "node:readline";
import { Agent, request } from "undici";
import { findCondition, parseResource } from "../../functions/core/kubernetes/resource.ts";
import { kinds } from "../support/builders.ts";
import type { RealKubernetes } from "../support/real-kubernetes.ts";

/** What the condition said after a write, and when that was heard of, by `performance.now()`. */
type Heard = { readonly status: string | undefined; readonly at: number };

/** A waiter for a status. */
export type StatusWatch = {
  /** What was heard, one entry for each write to a pipeline; the first is what it was before. */
  readonly heard: readonly Heard[];
  close(): void;
};

const { group, version, plural } = kinds.TracePipeline;
export const PIPELINES = `/apis/${group}/${version}/${plural}`;

/** Watches the trace pipelines of a cluster: no write is missed. */
export async function watchStatus({ server, ca, adminToken }: RealKubernetes, condition: string): Promise<StatusWatch> {
  const dispatcher = new Agent({ connect: { ca }, bodyTimeout: 0 });
  const { body } = await request(`${server}${PIPELINES}?watch=1`, { dispatcher, headers: { authorization: `Bearer ${adminToken}` } });
  const heard: Heard[] = [];
  const lines = createInterface({ input: body });
  lines.on("line", (line) => {
    const at = performance.now();
    const { conditions } = parseResource(kinds.TracePipeline, JSON.parse(line).object);
    heard.push({ status: findCondition(conditions, condition)?.status, at });
  });
  return {
    heard,
    close() {
      // Its end is an error of the body, meant as it is.
      lines.on("error", () => {});
      void dispatcher.destroy();
    },
  };
}
