// What `reconcile` may be asked for: by a person as a payload, or by a queue message that names clusters.

import * as z from "zod/mini";
import { ConfigError } from "./errors.ts";
import { isObject, parseJson } from "./json.ts";
import { dnsLabel } from "./names.ts";
import { parseTimeMs } from "./time.ts";
import { validationErrors } from "./validation.ts";

const directSchema = z.strictObject({
  clusters: z.optional(z.array(z.string())),
  selector: z.optional(z.string()),
  dryRun: z.optional(z.boolean()),
});

/** The payload of a direct invocation of `reconcile`; `{}` means the whole fleet. */
export type DirectRequest = z.infer<typeof directSchema>;

/** Parses the payload of a direct invocation; a {@link ConfigError} names what is wrong with it. */
export function parseDirectRequest(payload: unknown): DirectRequest {
  const parsed = directSchema.safeParse(payload ?? {});
  if (!parsed.success)
    throw new ConfigError(
      `the payload is not usable, {clusters?, selector?, dryRun?} is expected:\n${validationErrors(parsed.error).join("\n")}`,
    );
  return parsed.data;
}

/** The source of the events that alertstatus itself puts on the bus. */
export const OWN_SOURCE = "alertstatus";

/** The detail type of the only event that causes a reconcile. No event about an outcome has it, so that no outcome causes another reconcile. */
export const RECONCILE_REQUESTED = "Reconcile Requested";

const requestedSchema = z.strictObject({
  clusters: z.array(dnsLabel).check(z.minLength(1, "at least one cluster is expected: a message never means the whole fleet")),
  cause: z.enum(["schedule", "push", "manual"]),
  at: z.iso.datetime({ offset: true, error: "an RFC 3339 time is expected" }),
});
const envelopeSchema = z.object({ "detail-type": z.literal(RECONCILE_REQUESTED), source: z.string(), detail: requestedSchema });

/** The content of a queue message: clusters by name, never by address. */
export type ReconcileRequest = {
  readonly clusters: readonly string[];
  readonly cause: "schedule" | "push" | "manual";
  readonly atMs: number;
};

/** Parses the body of a queue message, an event of the bus; `malformed` says what is wrong and repeats no value. */
export function parseReconcileRequest(body: string): ReconcileRequest | { readonly malformed: string } {
  const { data, error } = envelopeSchema.safeParse(parseJson(body));
  if (data === undefined) return { malformed: validationErrors(error).slice(0, 5).join("; ") };
  const { clusters, cause, at } = data.detail;
  // Only dispatch makes ticks: a request of another system is never replaced by the next tick, whatever cause it names.
  return { clusters, cause: data.source === OWN_SOURCE ? cause : "manual", atMs: parseTimeMs(at) };
}

/** The scheduled time of a tick, in milliseconds since the epoch; undefined where the payload has none. It serves to measure the delay only. */
export function parseTick(payload: unknown): number | undefined {
  const ms = parseTimeMs(isObject(payload) ? payload.time : undefined);
  return Number.isNaN(ms) ? undefined : ms;
}
