// How often a cluster is told that it is looked at, as the fleet file says it.

import * as z from "zod/mini";
import { parseDurationMs } from "../time.ts";

// A tick's length: no pass could do it more often.
const SHORTEST_MS = 60_000;

export const heartbeatSchema = z
  .string()
  .check(z.refine((text) => parseDurationMs(text) >= SHORTEST_MS, "a duration of 1m or more is expected: 5m"));

/** The heartbeat of an entry; nothing where the fleet asks for none. */
export function heartbeatOf(text: string | undefined): { readonly heartbeatMs?: number } {
  return text === undefined ? {} : { heartbeatMs: parseDurationMs(text) };
}
