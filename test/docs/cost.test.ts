// Holds the bill of a fleet to what was measured.

import { expect, test } from "vitest";
import { METRICS } from "../../functions/core/outcome/metrics.ts";
import { read } from "../house.ts";
import { costLines, type MeasuredTick, measuredLines } from "../tools/bench/cost.ts";
import { expectWritten } from "./written.ts";

const ticks: readonly MeasuredTick[] = JSON.parse(read("test/tools/bench/system-measured.json"));

test("the pages tell what was measured, and what it costs", () => {
  expectWritten("infra/README.md", "cost", costLines(ticks));
  expectWritten("test/README.md", "system", measuredLines(ticks));
});

test("infra/README.md tells what all metrics would cost", () => {
  expect(read("infra/README.md")).toContain(`All ${METRICS.length} in every hour would be $${(METRICS.length * 0.3).toFixed(2)}.`);
});
