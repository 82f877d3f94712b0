// Defines what a check is, and orders and grades the checks of a cluster.

import { type FailureDetails, remedies } from "../../core/errors.ts";
import { redactAll, sanitize } from "../../core/text.ts";

/** One result of a diagnosis. A `skipped` check has no answer, or needs no action. */
export type Check = {
  readonly check: string;
  readonly was: "ok" | "warning" | "failed" | "skipped";
  readonly message: string;
  readonly remedy?: string;
};

/** All checks of one cluster, the worst first. */
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
  const { message, ...rest } = redactAll(check, secrets);
  return { ...rest, message: sanitize(message, MAX_MESSAGE_LENGTH) };
}

/** A check that a failed request fails; its message leaves the request out. */
export function failedBy(check: string, { code, why }: Pick<FailureDetails, "code" | "why">): Check {
  return failed(check, why, remedies[code]);
}

/** The checks of one of several parts, with its name before theirs: `alerts[1]: certificate`. */
export function partOf(part: string, checks: readonly Check[]): readonly Check[] {
  return checks.map((check) => ({ ...check, check: `${part}: ${check.check}` }));
}

/** Turns failures of one source into warnings as long as another source is healthy. */
export function withFallbacks(sources: readonly (readonly Check[])[]): readonly (readonly Check[])[] {
  return sources.some(isHealthySource) ? sources.map((checks) => checks.map(toWarning)) : sources;
}

function isHealthySource(checks: readonly Check[]): boolean {
  return checks.some(({ was }) => was === "ok") && checks.every(({ was }) => was !== "failed");
}

function toWarning(check: Check): Check {
  return check.was === "failed" ? { ...check, was: "warning" } : check;
}

/** Sorts by severity; among equals the order stays, so that causes come before their effects. */
export function worstFirst<T extends Pick<Check, "was">>(checks: readonly T[]): readonly T[] {
  return checks.toSorted((one, other) => WORST_FIRST.indexOf(one.was) - WORST_FIRST.indexOf(other.was));
}

/** Whether no check failed; warnings do not change the exit code. */
export function isHealthy(diagnoses: readonly Diagnosis[]): boolean {
  return diagnoses.every(({ checks }) => checks.every(({ was }) => was !== "failed"));
}
