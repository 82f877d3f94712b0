// Holds the index of alerts to the answers of the predicate that it stands in for, and to a cost that grows with the sum of two sizes.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { isJudged, type Profile } from "../../../functions/core/profile/profile.ts";
import type { Alert } from "../../../functions/core/prometheus/alert.ts";
import { alertsAbout, indexAlerts } from "../../../functions/core/verdict/alert-index.ts";
import { matches, uncarriedKinds } from "../../../functions/core/verdict/matching.ts";
import { judgeWith } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, knowing } from "../../support/builders.ts";

const ALERT = "TraceGatewayAllDataDropped";
const [flow] = kymaTelemetry.flows.filter(isJudged).filter(({ rows }) => rows.some(({ alert }) => alert === ALERT));
const row = flow!.rows.find(({ alert }) => alert === ALERT)!;

describe("the alerts about a resource", () => {
  const labels = fc.record({
    pipeline_name: fc.constantFrom(undefined, "backend", "other", "team.one", "__proto__"),
    pipeline_type: fc.constantFrom(undefined, "tracepipeline", "TracePipeline", "logpipeline", ""),
    ns: fc.constantFrom(undefined, "a", "b", ""),
  });
  const profiles = fc.record({ unlabelled: fc.constantFrom("every", "none"), namespace: fc.constantFrom(undefined, "ns") });
  const resources = fc.record({
    name: fc.constantFrom("backend", "other", "team.one", "lonely"),
    namespace: fc.constantFrom(undefined, "a", "b"),
  });

  test("are those that match it, each once", () => {
    fc.assert(
      fc.property(fc.array(labels), profiles, resources, (some, identify, parts) => {
        const profile = { ...kymaTelemetry, identify: { ...kymaTelemetry.identify, ...identify } };
        const resource = aResource(parts);
        const alerts = some.map((one) => anAlert(ALERT, one));
        const uncarried = new Map([[profile, uncarriedKinds(profile, [resource])]]);
        const about = alertsAbout(profile, row, indexAlerts(profile.identify, alerts), resource, uncarried);
        expect(about.length).toBe(new Set(about).size);
        expect(new Set(about)).toEqual(new Set(alerts.filter((alert) => matches(profile, row, alert, resource, uncarried))));
      }),
    );
  });

  const aboutBackend = (alerts: readonly Alert[]) =>
    alertsAbout(kymaTelemetry, row, indexAlerts(kymaTelemetry.identify, alerts), aResource(), new Map());

  test.each([undefined, "inhibited"] as const)(
    "are the earliest of many alike, and the one among the silenced that is %s",
    (suppressed) => {
      const silenced = Array.from({ length: 500 }, (_, index) =>
        anAlert(
          ALERT,
          { pod: `${index}` },
          { activeAt: `2026-01-01T00:00:00.${String(999 - index).padStart(3, "0")}Z`, suppressed: "silenced" },
        ),
      );
      const open = anAlert(ALERT, { pod: "open" }, { activeAt: "2026-06-01T00:00:00Z", suppressed });
      const timeless = anAlert(ALERT, { pod: "timeless" }, { activeAt: undefined, suppressed: "silenced" });
      const about = aboutBackend(silenced.toSpliced(250, 0, open, timeless));
      expect(about.length).toBeLessThanOrEqual(100);
      expect(about).toContain(open);
      expect(about).toContain(silenced[499]);
      expect(about).not.toContain(timeless);
    },
  );

  test("of one moment are those of the least value, in whatever order they come", () => {
    const alike = Array.from({ length: 200 }, (_, index) => anAlert(ALERT, {}, { value: String(1_000 + index) }));
    for (const alerts of [alike, alike.toReversed()]) expect(aboutBackend(alerts)).toContain(alike[0]);
  });

  test("are all of a hundred alike", () => {
    expect(aboutBackend(Array.from({ length: 100 }, () => anAlert(ALERT)))).toHaveLength(100);
  });
});

describe("the labels that are read", () => {
  const detailed: Profile = { ...kymaTelemetry, details: true };

  function readsFor(size: number, labelsOf: (index: number) => Readonly<Record<string, string | undefined>>): number {
    let reads = 0;
    const counted = (alert: Alert): Alert => ({
      ...alert,
      labels: new Proxy(alert.labels, {
        get(target, name, receiver) {
          reads++;
          return Reflect.get(target, name, receiver);
        },
      }),
    });
    const firing = Array.from({ length: size }, (_, index) => counted(anAlert(ALERT, labelsOf(index))));
    const judge = judgeWith(detailed, knowing(aReading({ firing })));
    for (let index = 0; index < size; index++) judge(aResource({ name: `name-${index}` }));
    return reads;
  }

  test.each([
    { which: "each about another resource", labelsOf: (index: number) => ({ pipeline_name: `name-${index}` }) },
    { which: "about no resource there is", labelsOf: () => ({ pipeline_name: "nothing" }) },
    { which: "all about one resource", labelsOf: () => ({ pipeline_name: "name-0" }) },
    { which: "about every resource", labelsOf: () => ({ pipeline_name: undefined }) },
  ])("of alerts $which are twice as many for twice the alerts and resources", ({ labelsOf }) => {
    expect(readsFor(2_000, labelsOf)).toBeLessThanOrEqual(2 * readsFor(1_000, labelsOf));
  });
});
