import { type FailureDetails, remedies } from "../../core/errors.ts";
import { redact, sanitize } from "../../core/text.ts";

/** One thing that was looked at. A `skipped` one could not be known, or asks for nothing. */
export type Check = {
  readonly check: string;
  readonly was: "ok" | "warning" | "failed" | "skipped";
  readonly message: string;
  readonly remedy?: string;
};

/** All that was looked at in one cluster, the worst first. */
export type Diagnosis = { readonly cluster: string; readonly checks: readonly Check[] };

const WORST_FIRST: readonly Check["was"][] = ["failed", "warning", "skipped", "ok"];
// Room for the command that binds a secret to its server.
const MAX_MESSAGE_LENGTH = 1_000;

export function ok(check: string, message: string): Check {
  return { check, was: "ok", message };
}

export function warning(check: string, message: string, remedy: string): Check {
  return { check, was: "warning", message, remedy };
}

export function failed(check: string, message: string, remedy: string): Check {
  return { check, was: "failed", message, remedy };
}

export function skipped(check: string, message: string, remedy?: string): Check {
  return { check, was: "skipped", message, ...(remedy !== undefined && { remedy }) };
}

/** A check as it is shown: without secrets, on one line, and only then cut. */
export function toShown(check: Check, secrets: readonly string[]): Check {
  return { ...check, message: sanitize(redact(check.message, secrets), MAX_MESSAGE_LENGTH) };
}

/** What another system did not do, without the request that it did not do. */
export function failedBy(check: string, { code, why }: Pick<FailureDetails, "code" | "why">): Check {
  return failed(check, why, remedies[code]);
}

/** The checks of a part that there may be several of: `alerts[1]: certificate`. */
export function partOf(part: string, checks: readonly Check[]): readonly Check[] {
  return checks.map((check) => ({ ...check, check: `${part}: ${check.check}` }));
}

/** What fails one of several sources is no failure as long as another one is well. */
export function withFallbacks(sources: readonly (readonly Check[])[]): readonly (readonly Check[])[] {
  return sources.some(isWell) ? sources.map((checks) => checks.map(milder)) : sources;
}

function isWell(checks: readonly Check[]): boolean {
  return checks.some(({ was }) => was === "ok") && checks.every(({ was }) => was !== "failed");
}

function milder(check: Check): Check {
  return check.was === "failed" ? { ...check, was: "warning" } : check;
}

/** Causes stand before what follows from them, wherever the two are equally bad. */
export function worstFirst(checks: readonly Check[]): readonly Check[] {
  return checks.toSorted((one, other) => WORST_FIRST.indexOf(one.was) - WORST_FIRST.indexOf(other.was));
}

/** Whether nothing failed: a warning is to be read, not to be woken by. */
export function isHealthy(diagnoses: readonly Diagnosis[]): boolean {
  return diagnoses.every(({ checks }) => checks.every(({ was }) => was !== "failed"));
}
