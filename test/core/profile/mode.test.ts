// A shadow never has the type of what it stands beside, and at most one prefix.

import { expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { conditionType } from "../../../functions/core/profile/mode.ts";

test.each([
  { condition: "TelemetryFlowHealthy", mode: "own", type: "TelemetryFlowHealthy" },
  { condition: "TelemetryFlowHealthy", mode: "shadow", type: "alertstatus.io/TelemetryFlowHealthy" },
  { condition: "alertstatus.io/StorageHealthy", mode: "own", type: "alertstatus.io/StorageHealthy" },
  { condition: "alertstatus.io/StorageHealthy", mode: "observe", type: "alertstatus.io/StorageHealthy" },
  { condition: "alertstatus.io/StorageHealthy", mode: "shadow", type: "shadow.alertstatus.io/StorageHealthy" },
] as const)("$condition is written as $type in mode $mode", ({ condition, mode, type }) => {
  expect(conditionType({ ...kymaTelemetry, condition }, mode)).toBe(type);
});
