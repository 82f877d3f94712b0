import fc from "fast-check";
import { expect, test } from "vitest";
import type { Resource } from "../../../functions/core/kubernetes/resource.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isJudged } from "../../../functions/core/profile/profile.ts";
import { type Alert, parseAlerts } from "../../../functions/core/prometheus/alert.ts";
import { findFlow } from "../../../functions/core/verdict/matching.ts";
import { judge, type Skipped, type Verdict } from "../../../functions/core/verdict/verdict.ts";
import { alertsBody, aReading, knowing } from "../../support/builders.ts";
import { alerts, pipelines, sources, toReading, toResource } from "./arbitraries.ts";
import { servedFlows } from "./kyma-facts.ts";
import { kymaVerdict } from "./kyma-oracle.ts";

const told = (verdict: Verdict | Skipped) => ("skipped" in verdict ? "left alone" : `${verdict.status}/${verdict.reason}`);

test("the profile says what Kyma's documentation says, for every pipeline and all alerts", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(pipelines, sources, (pipeline, source) => {
      const expected = kymaVerdict(pipeline, source);
      seen.add(expected);
      expect(told(judge(kymaTelemetry, toResource(pipeline), knowing(toReading(source))))).toBe(expected);
    }),
    { numRuns: 10_000 },
  );
  const reasons = servedFlows.flatMap(({ rows }) => rows.map(([, reason]) => `False/${reason}`));
  const unproven = servedFlows.flatMap((served) => (served.unproven === undefined ? [] : [`Unknown/${served.unproven}`]));
  expect(seen).toEqual(new Set(["left alone", "False/ConfigurationNotGenerated", "True/FlowHealthy", ...reasons, ...unproven]));
});

test("the order of the alerts on the wire, and that one stands there twice, do not matter", () => {
  const shuffled = fc
    .array(alerts, { minLength: 1, maxLength: 8 })
    .chain((firing) =>
      fc.record({ firing: fc.constant(firing), other: fc.shuffledSubarray([...firing, ...firing], { minLength: firing.length * 2 }) }),
    );
  const onWire = (firing: readonly Alert[]) => knowing({ ...aReading(), ...parseAlerts(alertsBody({ firing })) });
  fc.assert(
    fc.property(pipelines, shuffled, (pipeline, { firing, other }) => {
      const resource = toResource(pipeline);
      expect(judge(kymaTelemetry, resource, onWire(other))).toEqual(judge(kymaTelemetry, resource, onWire(firing)));
    }),
  );
});

test("one more alert that fires never improves the verdict: no milder row, no doubt and no health instead of the row that decided", () => {
  fc.assert(
    fc.property(pipelines, sources, alerts, (pipeline, source, more) => {
      const resource = toResource(pipeline);
      const before = judge(kymaTelemetry, resource, knowing(toReading(source)));
      const after = judge(kymaTelemetry, resource, knowing(toReading({ ...source, firing: [...source.firing, more] })));
      expect(badness(resource, after)).toBeGreaterThanOrEqual(badness(resource, before));
    }),
    { numRuns: 2_000 },
  );
});

test("what is only pending never changes the verdict", () => {
  fc.assert(
    fc.property(pipelines, sources, (pipeline, source) => {
      const resource = toResource(pipeline);
      expect(judge(kymaTelemetry, resource, knowing(toReading({ ...source, pending: [] })))).toEqual(
        judge(kymaTelemetry, resource, knowing(toReading(source))),
      );
    }),
  );
});

test("an alert about another pipeline never changes the verdict", () => {
  const strangers = fc.array(alerts).map((list) => list.filter(({ labels }) => labels.pipeline_name === "other"));
  fc.assert(
    fc.property(pipelines, strangers, (pipeline, firing) => {
      const resource = toResource({ ...pipeline, name: "backend" });
      expect(judge(kymaTelemetry, resource, knowing(aReading({ firing })))).toEqual(judge(kymaTelemetry, resource, knowing(aReading())));
    }),
  );
});

// From best to worst: healthy, in doubt, then the flow's rows from the last to the first.
function badness(resource: Resource, verdict: Verdict | Skipped): number {
  if ("skipped" in verdict || verdict.status === "True") return 0;
  if (verdict.status === "Unknown") return 1;
  const flow = findFlow(kymaTelemetry, resource);
  const rows = flow !== undefined && isJudged(flow) ? flow.rows : [];
  return 1 + rows.length - rows.findIndex(({ alert }) => verdict.because.includes(alert));
}
