import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Profile } from "../../../functions/core/profile/profile.ts";
import type { Alert, Reading } from "../../../functions/core/prometheus/alert.ts";
import { explain } from "../../../functions/core/verdict/explain.ts";
import { judge, type Skipped, type Verdict } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, inMode, knowing, unreadable } from "../../support/builders.ts";
import { alerts, mostly, pipelines, toResource } from "./arbitraries.ts";

const kept: Profile = kymaTelemetry;
const ignored: Profile = { ...kymaTelemetry, silenced: "ignored" };

const ALL = "TraceGatewayAllDataDropped";
const SOME = "TraceGatewaySomeDataDropped";
const ABSENT = "TraceGatewayTargetsAbsent";
const alert = (name: string, suppressed?: Alert["suppressed"]) => anAlert(name, {}, { suppressed });
const on = (profile: Profile, ...readings: readonly Reading[]) => judge(profile, aResource(), knowing(...readings));

type Row = { firing: readonly Alert[]; keeping: string; ignoring: string };

describe("what fires, and what is said where silenced alerts are kept, and where they are ignored", () => {
  test.each<Row & { when: string }>([
    {
      when: "a silenced alert",
      firing: [alert(ALL, "silenced")],
      keeping: `False: ${ALL} (silenced)`,
      ignoring: `True: ${ALL} (silenced)`,
    },
    {
      when: "an inhibited one",
      firing: [alert(ALL, "inhibited")],
      keeping: `False: ${ALL} (inhibited)`,
      ignoring: `False: ${ALL} (inhibited)`,
    },
    { when: "one that is neither", firing: [alert(ALL)], keeping: `False: ${ALL}`, ignoring: `False: ${ALL}` },
    {
      when: "a silenced one, and the same that is not",
      firing: [alert(ALL, "silenced"), alert(ALL)],
      keeping: `False: ${ALL}`,
      ignoring: `False: ${ALL}`,
    },
    {
      when: "a silenced one, and a milder one that is not",
      firing: [alert(ALL, "silenced"), alert(SOME)],
      keeping: `False: ${ALL} (silenced)`,
      ignoring: `False: ${SOME}, ${ALL} (silenced)`,
    },
    {
      when: "a milder one that is silenced",
      firing: [alert(ALL), alert(SOME, "silenced")],
      keeping: `False: ${ALL}`,
      ignoring: `False: ${ALL}`,
    },
    {
      when: "one that says that nothing is known: a silence proves nothing",
      firing: [alert(ABSENT, "silenced")],
      keeping: `Unknown: ${ABSENT} (silenced)`,
      ignoring: `Unknown: ${ABSENT} (silenced)`,
    },
  ])("$when", ({ firing, keeping, ignoring }) => {
    expect([kept, ignored].map((profile) => told(on(profile, aReading({ firing }))))).toEqual([keeping, ignoring]);
  });

  test("of a pair of sources, both have to call it silenced", () => {
    const [one, other] = [aReading({ firing: [alert(ALL, "silenced")] }), aReading({ firing: [alert(ALL)] })];
    expect(told(on(ignored, one, other))).toBe(`False: ${ALL}`);
    expect(told(on(ignored, one, one))).toBe(`True: ${ALL} (silenced)`);
  });

  test("ignored beside a doubt, the doubt decides", () => {
    const partial = aReading({ firing: [alert(ALL, "silenced")], warnings: ["a shard is down"] });
    expect(told(on(ignored, partial))).toBe(`Unknown: partial answer: a shard is down, ${ALL} (silenced)`);
  });

  test("explained in the same words", () => {
    const reading = aReading({ firing: [alert(ALL, "silenced"), alert(SOME, "silenced")] });
    const states = (profile: Profile) =>
      explain(inMode("own", profile), aResource(), knowing(reading), Date.parse("2026-06-01T00:00:00Z"))
        .rows.slice(0, 2)
        .map(({ state }) => state);
    expect([states(kept), states(ignored)]).toEqual([
      ["decides", "fires, masked"],
      ["silenced", "silenced"],
    ]);
  });
});

const marked = fc.record({ alert: alerts, suppressed: mostly<Alert["suppressed"]>(undefined, "silenced", "inhibited") });
const firing = fc.array(
  marked.map(({ alert: plain, suppressed }) => ({ ...plain, suppressed })),
  { maxLength: 6 },
);
const bare = (list: readonly Alert[]) => list.map((one) => ({ ...one, suppressed: undefined }));
const judged = (profile: Profile, pipeline: Parameters<typeof toResource>[0], list: readonly Alert[]) =>
  judge(profile, toResource(pipeline), knowing(aReading({ firing: list })));
const said = (verdict: Verdict | Skipped) => ("skipped" in verdict ? verdict.skipped : [verdict.status, verdict.reason, verdict.message]);

test("kept, no silence changes a status, a reason or a message", () => {
  fc.assert(
    fc.property(pipelines, firing, (pipeline, list) => {
      expect(said(judged(kept, pipeline, list))).toEqual(said(judged(kept, pipeline, bare(list))));
    }),
  );
});

test("ignored, a silence never makes it worse, and says no more than that the alert did not fire", () => {
  const isHeard = ({ name, suppressed }: Alert) => suppressed !== "silenced" || name.endsWith("TargetsAbsent");
  fc.assert(
    fc.property(pipelines, firing, (pipeline, list) => {
      const verdict = judged(ignored, pipeline, list);
      expect(badness(verdict)).toBeLessThanOrEqual(badness(judged(ignored, pipeline, bare(list))));
      expect(said(verdict)).toEqual(said(judged(kept, pipeline, list.filter(isHeard))));
    }),
    { numRuns: 1_000 },
  );
});

test("with an Alertmanager that cannot be read, all alerts count", () => {
  const silencesUnreadable = { code: "timeout", message: "no answer" } as const;
  expect(told(on(ignored, { ...aReading({ firing: [alert(ALL)] }), silencesUnreadable }))).toBe(`False: ${ALL}`);
  expect(told(on(ignored, unreadable()))).toBe("Unknown: alerts unreadable: connection-refused");
});

function told(verdict: Verdict | Skipped): string {
  return "skipped" in verdict ? verdict.skipped : `${verdict.status}: ${verdict.because.join(", ")}`;
}

function badness(verdict: Verdict | Skipped): number {
  return "skipped" in verdict ? 0 : ["True", "Unknown", "False"].indexOf(verdict.status);
}
