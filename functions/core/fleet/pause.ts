// A pause of a cluster: until it is taken away, or one that ends by itself and says why and by whom.

import * as z from "zod/mini";
import { valueAt } from "../json.ts";
import { parseTimeMs } from "../time.ts";
import { clustersOf, withClusters } from "./document.ts";

const timedSchema = z.strictObject({
  until: z.iso.datetime({ offset: true, error: "an RFC 3339 time is expected, such as 2026-12-01T06:00:00Z" }),
  why: z.string().check(z.maxLength(200)),
  by: z.string().check(z.maxLength(200)),
});
export const pauseSchema = z.union([z.boolean(), timedSchema], "true or false is expected, or {until, why, by}");

export type Pause = z.infer<typeof pauseSchema>;
type TimedPause = z.infer<typeof timedSchema>;

/** Whether a cluster is paused at a time, in milliseconds since the epoch. */
export function isPaused(pause: Pause, nowMs: number): boolean {
  return typeof pause === "boolean" ? pause : parseTimeMs(pause.until) > nowMs;
}

/** `until 2026-12-01T06:00:00Z: upgrade (ada)`; undefined for a pause that says nothing of itself. */
export function pauseText(pause: Pause): string | undefined {
  return typeof pause === "boolean" ? undefined : `until ${pause.until}: ${pause.why} (${pause.by})`;
}

/** The document of a fleet with some of its clusters paused. */
export function withPause(document: unknown, names: ReadonlySet<unknown>, pause: TimedPause): object {
  return withClusters(document, (cluster) => (names.has(cluster.name) ? { ...cluster, paused: pause } : cluster));
}

/** The document of a fleet without the pause of some of its clusters, whatever the defaults say. */
export function withoutPause(document: unknown, names: ReadonlySet<unknown>): object {
  const isDefault = (valueAt(document, ["defaults", "paused"]) ?? false) !== false;
  return withClusters(document, (cluster) => {
    if (!names.has(cluster.name)) return cluster;
    const { paused: _, ...rest } = cluster;
    return isDefault ? { ...rest, paused: false } : rest;
  });
}

/** The document that replaces another one, with the pauses of that one which have not ended; a cluster that says itself whether it is paused keeps that. */
export function keepPauses(
  document: unknown,
  before: unknown,
  nowMs: number,
): { readonly document: object; readonly kept: readonly string[] } {
  const running = new Map(clustersOf(before).flatMap(({ name, paused }) => (isRunning(paused, nowMs) ? [[name, paused] as const] : [])));
  const kept = clustersOf(document).flatMap(({ name, paused }) =>
    typeof name === "string" && running.has(name) && paused === undefined ? [name] : [],
  );
  const names = new Set<unknown>(kept);
  return {
    document: withClusters(document, (cluster) => (names.has(cluster.name) ? { ...cluster, paused: running.get(cluster.name) } : cluster)),
    kept,
  };
}

function isRunning(pause: unknown, nowMs: number): boolean {
  const { data } = timedSchema.safeParse(pause);
  return data !== undefined && isPaused(data, nowMs);
}
