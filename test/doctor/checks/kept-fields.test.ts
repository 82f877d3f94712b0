// Holds the check of a dry run to what of a condition came back.

import { expect, test } from "vitest";
import { keptFieldsCheck } from "../../../functions/doctor/checks/kept-fields.ts";

const written = { type: "Healthy", status: "Unknown", observedGeneration: 1, reason: "Up", message: "It is up." };
const { observedGeneration: _, reason: __, ...bare } = written;

test.each([
  { kept: written, was: "ok", message: "a dry run shows that a condition is accepted and kept whole" },
  { kept: bare, was: "warning", message: "the CRD's schema drops observedGeneration, reason of a condition" },
  { kept: undefined, was: "failed", message: "the API server accepts the condition Healthy and does not keep it" },
  { kept: { ...written, status: "True" }, was: "failed", message: "the API server accepts the condition Healthy and does not keep it" },
])("keptFieldsCheck returns $was for $kept", ({ kept, was, message }) => {
  expect(keptFieldsCheck("writing Thing", written, kept)).toMatchObject({ check: "writing Thing", was, message });
});
