import { expect, test } from "vitest";
import { outcomeTable } from "../../functions/cli/outcome-output.ts";
import { tableText } from "../../functions/cli/table.ts";
import { clock } from "../../functions/clock.ts";
import { summarize } from "../../functions/core/outcome/outcome.ts";
import { timeText } from "../../functions/core/time.ts";
import { aResource } from "../support/builders.ts";
import { startSimulator } from "../support/simulator.ts";
import { openFleet } from "./simulated-fleet.ts";

// The simulator keeps no managed fields, and some stores behind an API server keep none either.
test("a contest with a writer of no name is counted apart, and no writer is named", async () => {
  const api = await startSimulator();
  const says = { status: "False", reason: "Broken", message: "as they see it" };
  api.put(aResource({ conditions: [{ type: "TelemetryFlowHealthy", ...says, lastTransitionTime: timeText(clock.nowMs()) }] }).object);
  const fleet = await openFleet([{ name: "only", api }]);
  const outcomes = await fleet.pass();
  expect(outcomes).toMatchObject([{ was: "reconciled", resources: [{ was: "skipped", why: "contested" }] }]);
  expect(summarize(outcomes).resources).toMatchObject({ contested: 1, skipped: 0, patched: 0 });
  expect(tableText(outcomeTable(outcomes, { onlyNews: false }), 200)).toMatch(/skipped: contested +-\s*$/);
  await fleet.close();
  await api.close();
});
