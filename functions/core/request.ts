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

/** What a person asks the `reconcile` function for; `{}` is the whole fleet. */
export type DirectRequest = z.infer<typeof directSchema>;

/** Reads the payload of a direct invocation; a {@link ConfigError} names what is wrong with it. */
export function parseDirectRequest(payload: unknown): DirectRequest {
  const parsed = directSchema.safeParse(payload ?? {});
  if (!parsed.success)
    throw new ConfigError(
      `the payload is not usable, {clusters?, selector?, dryRun?} is expected:\n${validationErrors(parsed.error).join("\n")}`,
    );
  return parsed.data;
}

/** Whose events are ours. */
export const OWN_SOURCE = "alertstatus";

/** The detail type of the one event that asks for a read, and of no event that we send about what we did. */
export const RECONCILE_REQUESTED = "Reconcile Requested";

const requestedSchema = z.strictObject({
  clusters: z.array(dnsLabel).check(z.minLength(1, "at least one cluster is expected: a message never means the whole fleet")),
  cause: z.enum(["schedule", "push", "manual"]),
  at: z.iso.datetime({ offset: true, error: "a time is expected, as RFC 3339 writes it" }),
});
const envelopeSchema = z.object({ "detail-type": z.literal(RECONCILE_REQUESTED), source: z.string(), detail: requestedSchema });

/** What a queue asks for: clusters by name, never by address. */
export type ReconcileRequest = {
  readonly clusters: readonly string[];
  readonly cause: "schedule" | "push" | "manual";
  readonly atMs: number;
};

/** Reads the body of a queue message, an event as the bus writes it; `malformed` says what is wrong and repeats no value. */
export function parseReconcileRequest(body: string): ReconcileRequest | { readonly malformed: string } {
  const { data, error } = envelopeSchema.safeParse(parseJson(body));
  if (data === undefined) return { malformed: validationErrors(error).slice(0, 5).join("; ") };
  const { clusters, cause, at } = data.detail;
  // Others ask for themselves: what they call a tick is none that was dispatched, nor made good by the next one.
  return { clusters, cause: data.source === OWN_SOURCE ? cause : "manual", atMs: parseTimeMs(at) };
}

/** When the scheduler meant the tick to be, in milliseconds since the epoch; undefined where nobody says: only the delay is told by it. */
export function parseTick(payload: unknown): number | undefined {
  const ms = parseTimeMs(isObject(payload) ? payload.time : undefined);
  return Number.isNaN(ms) ? undefined : ms;
}
