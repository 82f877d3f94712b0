// What the API server makes of a condition that a pass would write: accepted whole, with fields dropped, or not kept at all.

import type { JsonObject } from "../../core/json.ts";
import { type Check, failed, ok, warning } from "./check.ts";

export const KEPT = "a dry run shows that a condition is accepted and kept whole";

/** `written` is the entry as it was sent in a dry run, `kept` the one of the same type in the answer. */
export function keptFieldsCheck(check: string, written: JsonObject, kept: JsonObject | undefined): Check {
  if (kept === undefined || kept.status !== written.status) {
    const remedy = "give the CRD's schema `status.conditions`: a list of objects with type, status, reason, message and times";
    return failed(check, `the API server accepts the condition ${written.type} and does not keep it`, remedy);
  }
  const dropped = Object.keys(written).filter((field) => kept[field] === undefined);
  if (dropped.length === 0) return ok(check, KEPT);
  const remedy = "nothing to do for passes, which compare what is kept; to keep the fields, add them to the CRD's schema";
  return warning(check, `the CRD's schema drops ${dropped.join(", ")} of a condition`, remedy);
}
