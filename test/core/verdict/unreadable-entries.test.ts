// One odd entry in an answer is a finding about that entry, and takes nothing from the rest.

import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { OddEntry } from "../../../functions/core/prometheus/alert.ts";
import { WATCHDOG } from "../../../functions/core/verdict/finding.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, knowing } from "../../support/builders.ts";
import { selfMonitor } from "./kyma-evidence.ts";

const ALERT = "TraceGatewayAllDataDropped";
const judged = (odd: readonly OddEntry[], firing = [] as ReturnType<typeof anAlert>[]) =>
  judge(kymaTelemetry, aResource(), knowing(aReading({ odd, firing, evidence: selfMonitor() })));

describe("an entry that cannot be read", () => {
  test.each([
    { odd: { name: ALERT, state: "Normal" }, because: `unreadable alert: ${ALERT} in the state Normal` },
    { odd: { name: ALERT, isMutilated: true } as const, because: `unreadable alert: ${ALERT} with a label that is no text` },
    { odd: {}, because: "unreadable alert: an entry without a readable name" },
    { odd: { name: WATCHDOG, state: "inactive" }, because: `unreadable alert: ${WATCHDOG} in the state inactive` },
  ])("leaves the pipeline unproven: $because", ({ odd, because }) => {
    expect(judged([odd, odd])).toMatchObject({ status: "Unknown", because: [because] });
    expect(judged([odd])).not.toHaveProperty("provisional");
  });

  test("is told beside another, each of them once", () => {
    const odd = ["Normal", "inactive", "Normal"].map((state) => ({ name: ALERT, state }));
    expect(judged([...odd, { name: WATCHDOG, state: "Normal" }])).toMatchObject({
      because: [
        `unreadable alert: ${ALERT} in the state Normal`,
        `unreadable alert: ${ALERT} in the state inactive`,
        `unreadable alert: ${WATCHDOG} in the state Normal`,
      ],
    });
  });

  test("about a row of another kind does not matter", () => {
    expect(judged([{ name: "MetricAgentAllDataDropped", state: "Normal" }])).toMatchObject({ status: "True" });
  });

  test("does not hide what fires", () => {
    expect(judged([{}], [anAlert(ALERT)])).toMatchObject({ status: "False", because: [ALERT] });
  });
});
