import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Resource } from "../../../functions/core/kubernetes/resource.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Alert, Reading } from "../../../functions/core/prometheus/alert.ts";
import type { RuleHealth } from "../../../functions/core/prometheus/rule-health.ts";
import { explain } from "../../../functions/core/verdict/explain.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, aRuleGroup, inMode, knowing, logSpecs, unreadable } from "../../support/builders.ts";
import { pipelines, sources, toReading, toResource } from "./arbitraries.ts";
import { selfMonitor } from "./kyma-evidence.ts";
import { everyAbsentAlert, everyAlert } from "./kyma-facts.ts";

const NOW = "2026-06-01T00:00:00Z";
const NOW_MS = Date.parse(NOW);
const OWN = inMode("own", kymaTelemetry);
const explained = (resource: Resource, reading: Reading = aReading()) => explain(OWN, resource, knowing(reading), NOW_MS);
const states = (resource: Resource, reading: Reading = aReading()) =>
  Object.fromEntries(explained(resource, reading).rows.map(({ alert, state }) => [alert, state]));

describe("each row says how it stands", () => {
  test("the worst that fires decides, a milder one is masked, the rest wait or are quiet", () => {
    const reading = aReading({
      firing: [anAlert("MetricGatewaySomeDataDropped"), anAlert("MetricAgentAllDataDropped")],
      pending: [anAlert("MetricGatewayAllDataDropped")],
    });
    expect(states(aResource({ kind: "MetricPipeline" }), reading)).toEqual({
      MetricGatewayAllDataDropped: "pending",
      MetricGatewaySomeDataDropped: "decides",
      MetricGatewayThrottling: "quiet",
      MetricAgentAllDataDropped: "fires, masked",
      MetricAgentSomeDataDropped: "quiet",
      MetricAgentTargetsAbsent: "does not apply",
      MetricGatewayTargetsAbsent: "quiet",
    });
  });

  test("an alert about another pipeline fires for others", () => {
    const reading = aReading({ firing: [anAlert("TraceGatewayAllDataDropped", { pipeline_name: "other" })] });
    expect(states(aResource(), reading)).toMatchObject({ TraceGatewayAllDataDropped: "fires for others" });
  });

  test("a row whose part takes no part does not apply, even where its alert fires or cannot be read", () => {
    const gateway = aResource({ kind: "LogPipeline", spec: logSpecs.gateway });
    expect(states(gateway, aReading({ firing: [anAlert("LogAgentAllDataDropped")] }))).toMatchObject({
      LogAgentAllDataDropped: "does not apply",
      LogGatewayAllDataDropped: "quiet",
    });
    expect(states(gateway, unreadable())).toMatchObject({
      LogAgentAllDataDropped: "does not apply",
      LogGatewayAllDataDropped: "not readable",
    });
  });

  test("behind a gate that stops, what fires is masked", () => {
    const stopped = aResource({ conditions: [{ type: "ConfigurationGenerated", status: "False", reason: "EndpointInvalid" }] });
    const explanation = explained(stopped, aReading({ firing: [anAlert("TraceGatewayThrottling")] }));
    expect(explanation.gates).toEqual([{ condition: "ConfigurationGenerated", stops: true }]);
    expect(explanation.rows).toContainEqual(
      expect.objectContaining({ alert: "TraceGatewayThrottling", reason: "GatewayThrottling", state: "fires, masked" }),
    );
  });

  test("a row whose own rule is failing, stalled or missing says so, whether its alert fires or not", () => {
    const evidence = selfMonitor({ rules: { TraceGatewayAllDataDropped: "failing", TraceGatewayThrottling: "stalled" } });
    const reading = aReading({ firing: [anAlert("TraceGatewayAllDataDropped")], evidence });
    expect(states(aResource(), reading)).toMatchObject({
      TraceGatewayAllDataDropped: "failing",
      TraceGatewaySomeDataDropped: "quiet",
      TraceGatewayThrottling: "stalled",
      TraceGatewayTargetsAbsent: "not loaded",
    });
    const absent = explained(aResource(), reading).rows.find(({ alert }) => alert === "TraceGatewayTargetsAbsent");
    expect(absent).not.toHaveProperty("rule");
  });

  test.each<{ what: string; sources: readonly (RuleHealth | readonly RuleHealth[] | undefined)[]; state: string; health?: RuleHealth }>([
    { what: "well on one of a pair", sources: ["failing", "ok"], state: "quiet", health: "ok" },
    { what: "well on one of a pair, and not loaded on the other", sources: [undefined, "ok"], state: "quiet", health: "ok" },
    { what: "stalled on the one of a pair where it is loaded", sources: [undefined, "stalled"], state: "stalled", health: "stalled" },
    { what: "broken on both of a pair, as on the first", sources: ["stalled", "failing"], state: "stalled", health: "stalled" },
    { what: "not loaded on either of a pair", sources: [undefined, undefined], state: "not loaded" },
    { what: "one of two of its name, of which one fails", sources: [["ok", "failing"]], state: "failing", health: "failing" },
    { what: "one of two of its name, both well", sources: [["ok", "ok"]], state: "quiet", health: "ok" },
  ])("a row has a rule that is $what", ({ sources: healths, state, health }) => {
    const readings = healths.map((one) => aReading({ evidence: selfMonitor({ rules: { TraceGatewayThrottling: one } }) }));
    const row = explain(OWN, aResource(), knowing(...readings), NOW_MS).rows.find(({ alert }) => alert === "TraceGatewayThrottling");
    expect(row?.state).toBe(state);
    expect(row?.rule?.health).toBe(health);
  });

  test("on one of a pair a rule may be broken, and its alert decide on the other", () => {
    const broken = aReading({ evidence: selfMonitor({ rules: { TraceGatewayThrottling: "failing" } }) });
    const firing = aReading({ firing: [anAlert("TraceGatewayThrottling")], evidence: selfMonitor() });
    const rowOf = (...readings: readonly Reading[]) =>
      explain(OWN, aResource(), knowing(...readings), NOW_MS).rows.find(({ alert }) => alert === "TraceGatewayThrottling");
    expect(rowOf(broken, firing)).toMatchObject({ state: "decides" });
    expect(rowOf(broken, unreadable())).toMatchObject({ state: "failing" });
    expect(rowOf(aReading({ evidence: selfMonitor() }), unreadable())).toMatchObject({ state: "quiet" });
  });

  test("a row is pending where one source of a pair says so, and one of its alerts is about the resource", () => {
    const pending = aReading({
      pending: [anAlert("TraceGatewayThrottling"), anAlert("TraceGatewayThrottling", { pipeline_name: "other" })],
    });
    const [row] = explain(OWN, aResource(), knowing(aReading(), pending), NOW_MS).rows.filter(
      ({ alert }) => alert === "TraceGatewayThrottling",
    );
    expect(row).toMatchObject({ state: "pending" });
  });

  test("a row that does not fire is quiet, and not silenced, where silenced alerts are ignored", () => {
    const profile = { ...kymaTelemetry, silenced: "ignored" } as const;
    const { rows } = explain(inMode("own", profile), aResource(), knowing(aReading()), NOW_MS);
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(["quiet"]));
  });

  test.each(["not evaluated yet", "of unknown health"] as const)("a row whose rule is %s says so", (health) => {
    const evidence = selfMonitor({ rules: { TraceGatewayThrottling: health } });
    expect(states(aResource(), aReading({ evidence }))).toMatchObject({ TraceGatewayThrottling: health });
  });

  test("a row tells since when its alert fires about the resource, and its value: of several that of the earliest", () => {
    const at = (activeAt: string, value: string, pipeline = "backend") =>
      anAlert("TraceGatewayAllDataDropped", { pipeline_name: pipeline }, { activeAt, value });
    const timeless = anAlert("TraceGatewayAllDataDropped", {}, { activeAt: undefined, value: "3" });
    const firing = [timeless, at("2026-01-01T02:00:00Z", "2"), at("2026-01-01T01:00:00Z", "1"), at("2026-01-01T00:00:00Z", "0", "other")];
    const [row] = explained(aResource(), aReading({ firing })).rows;
    expect(row).toMatchObject({ state: "decides", since: "2026-01-01T01:00:00Z", value: "1" });
    expect(explained(aResource(), aReading({ pending: firing })).rows[0]).toMatchObject({
      state: "pending",
      since: "2026-01-01T01:00:00Z",
    });
    expect(explained(aResource(), aReading({ firing: firing.toReversed() })).rows[0]).toMatchObject({ value: "1" });
    expect(explained(aResource(), aReading({ firing: [timeless] })).rows[0]).toMatchObject({ since: undefined, value: "3" });
    expect(explained(aResource()).rows[0]).not.toHaveProperty("since");
  });

  test("a row shows the rule behind it: its health, its last evaluation and its error", () => {
    const state = { lastEvaluation: "2026-06-01T00:00:00Z", lastError: "many-to-many matching not allowed" };
    const groups = [aRuleGroup({ TraceGatewayAllDataDropped: "failing", TraceGatewaySomeDataDropped: "failing" }, {}, state)];
    const [row] = explained(aResource(), aReading({ evidence: { was: "asked", groups, ageMs: 3_600_000, skewMs: 0 } })).rows;
    expect(row).toMatchObject({ state: "failing", rule: { health: "failing", ...state } });
    expect(explained(aResource()).rows[0]).not.toHaveProperty("rule");
  });

  test.each([
    { labels: { pipeline_name: "other" }, obstacle: { label: "pipeline_name", value: "other", wanted: "backend" } },
    { labels: { pipeline_type: "MetricPipeline" }, obstacle: { label: "pipeline_type", value: "MetricPipeline", wanted: "tracepipeline" } },
  ])("a row whose alert fires for others says why it is not this one: $obstacle.label", ({ labels, obstacle }) => {
    const [row] = explained(aResource(), aReading({ firing: [anAlert("TraceGatewayAllDataDropped", labels)] })).rows;
    expect(row).toMatchObject({ state: "fires for others", obstacle });
  });

  test("a row whose alert names no resource says so, where such an alert counts for none", () => {
    const profile = { ...kymaTelemetry, identify: { ...kymaTelemetry.identify, unlabelled: "none" } } as const;
    const reading = aReading({ firing: [anAlert("TraceGatewayAllDataDropped", { pipeline_name: undefined })] });
    const [row] = explain(inMode("own", profile), aResource(), knowing(reading), NOW_MS).rows;
    expect(row).toMatchObject({ state: "fires for others", obstacle: { label: "pipeline_name", wanted: "backend" } });
  });

  test("there is no row where nothing is read, and none where no flow fits", () => {
    expect(explained(aResource({ kind: "LogPipeline", spec: logSpecs.noInput })).rows).toEqual([]);
    const { flows } = kymaTelemetry;
    const picky = { ...OWN, flows: flows.map((flow) => ({ ...flow, when: { has: ["spec.nothing"] } })) };
    expect(explain(picky, aResource(), knowing(aReading()), NOW_MS)).toMatchObject({ rows: [], verdict: { skipped: "no flow" } });
  });

  test("each of two profiles is told for itself, by its name", () => {
    const profiles = [
      { ...OWN, name: "kyma" },
      { ...OWN, name: "mine", condition: "Mine" },
    ];
    const told = profiles.map((profile) => explain(profile, aResource(), knowing(aReading()), NOW_MS, profiles));
    expect(told).toMatchObject([
      { profile: "kyma", condition: "TelemetryFlowHealthy" },
      { profile: "mine", condition: "Mine" },
    ]);
  });
});

describe("the end of warming up is told", () => {
  const inSeconds = (seconds: number) => new Date(NOW_MS + seconds * 1_000).toISOString().replace(".000", "");
  const ago = (seconds: number) => new Date(NOW_MS - seconds * 1_000).toISOString();
  const until = (...readings: readonly Reading[]) => explain(OWN, aResource(), knowing(...readings), NOW_MS).warmingUpUntil;
  const young = (seconds: number) => aReading({ evidence: selfMonitor({ ageMs: seconds * 1_000 }) });
  const watched = (rules: object, pending: readonly Alert[]) =>
    aReading({ pending, evidence: selfMonitor({ rules: { AlertstatusWatchdog: "ok", ...rules }, ageMs: undefined }) });
  const watchdog = (seconds: number) => anAlert("AlertstatusWatchdog", {}, { activeAt: ago(seconds) });

  test("by the start of the source: the longest wait and the window of its rates later", () => {
    expect(until(young(60))).toBe(inSeconds(300));
  });

  test("by the watchdog, where no start is told", () => {
    expect(until(watched({}, [watchdog(30)]))).toBe(inSeconds(330));
  });

  test("by an alert that is pending for the resource, where no start is told", () => {
    const pending = [anAlert("TraceGatewayAllDataDropped", {}, { activeAt: ago(20) })];
    const reading = { ...watched({}, pending), firing: new Map([["AlertstatusWatchdog", [watchdog(999)]]]) };
    expect(until(reading)).toBe(inSeconds(40));
  });

  test("by the watchdog, whose own wait counts where it is told", () => {
    const groups = [
      aRuleGroup({ ...Object.fromEntries(everyAlert.map((alert) => [alert, "ok"])), AlertstatusWatchdog: "ok" }, {}, { forMs: 100_000 }),
    ];
    const reading = aReading({ pending: [watchdog(30)], evidence: { was: "asked", groups, skewMs: 0 } });
    expect(until(reading)).toBe(inSeconds(70));
    expect(until({ ...reading, evidence: selfMonitor({ ageMs: undefined }) })).toBe(inSeconds(330));
  });

  test("by the last of what a source waits for", () => {
    const pending = [watchdog(30), anAlert("TraceGatewayAllDataDropped", {}, { activeAt: ago(20) })];
    expect(until(watched({}, pending))).toBe(inSeconds(330));
    expect(until(watched({}, [watchdog(30), watchdog(60)]))).toBe(inSeconds(330));
  });

  test("not by an alert about another pipeline, nor by one whose row does not apply", () => {
    const others = [anAlert("TraceGatewayAllDataDropped", { pipeline_name: "other" }, { activeAt: ago(1) })];
    expect(until(watched({}, [watchdog(355), ...others]))).toBe(inSeconds(5));
    const agent = [anAlert("MetricAgentTargetsAbsent", {}, { activeAt: ago(1) })];
    const metric = aResource({ kind: "MetricPipeline" });
    expect(explain(OWN, metric, knowing(watched({}, [watchdog(355), ...agent])), NOW_MS).warmingUpUntil).toBe(inSeconds(5));
  });

  test("by the source that can be read", () => {
    expect(until(unreadable(), young(60))).toBe(inSeconds(300));
  });

  test("as that of the source that is old enough first", () => {
    expect(until(young(60), young(120))).toBe(inSeconds(240));
  });

  test("and not where a source is old enough, or nothing tells", () => {
    expect(until(aReading({ evidence: selfMonitor() }), young(60))).toBeUndefined();
    expect(until(aReading({ evidence: selfMonitor({ rules: { TraceGatewayThrottling: "not evaluated yet" } }) }))).toBeUndefined();
  });
});

describe("the patch", () => {
  const standing = {
    type: "TelemetryFlowHealthy",
    status: "True",
    reason: "FlowHealthy",
    message: "",
    observedGeneration: 1,
    lastTransitionTime: "2020-01-01T00:00:00Z",
  };

  test("is the entry that a pass would write, beside what stands there", () => {
    const explanation = explained(aResource({ conditions: [standing] }), aReading({ firing: [anAlert("TraceGatewayThrottling")] }));
    expect(explanation).toMatchObject({
      before: standing,
      patch: { type: "TelemetryFlowHealthy", status: "False", reason: "GatewayThrottling", lastTransitionTime: NOW },
    });
  });

  test("is not there where the condition says so already", () => {
    const explanation = explained(aResource({ conditions: [standing] }));
    expect(explanation.before).toEqual(standing);
    expect(explanation).not.toHaveProperty("patch");
  });

  test("is not there for a pipeline that is being deleted", () => {
    const explanation = explained(aResource({ deleting: true }));
    expect(explanation.verdict).toEqual({ skipped: "deleting" });
    expect(explanation).not.toHaveProperty("patch");
  });
});

describe("what is left as it stands is told, with who wrote it", () => {
  const standing = {
    type: "TelemetryFlowHealthy",
    status: "True",
    reason: "FlowHealthy",
    message: "No problems detected in the telemetry flow",
    lastTransitionTime: NOW,
  };
  const managedFields = [{ manager: "telemetry-manager", time: NOW, fieldsV1: { "f:status": { "f:conditions": {} } } }];
  const resource = aResource({ conditions: [standing], managedFields });

  test("young: the verdict is Unknown, and nothing would be written", () => {
    const explanation = explained(resource, aReading({ evidence: selfMonitor({ ageMs: 1_000 }) }));
    expect(explanation).toMatchObject({ verdict: { status: "Unknown", provisional: true }, left: "young", writer: "telemetry-manager" });
    expect(explanation).not.toHaveProperty("patch");
  });

  test("contested: the verdict is False, and nothing would be written", () => {
    const explanation = explained(resource, aReading({ firing: [anAlert("TraceGatewayThrottling")] }));
    expect(explanation).toMatchObject({ verdict: { status: "False" }, left: "contested", writer: "telemetry-manager" });
    expect(explanation).not.toHaveProperty("patch");
  });

  test("without the writer, where the API server does not say who it was", () => {
    const unsigned = aResource({ conditions: [standing] });
    expect(explained(unsigned, aReading({ firing: [anAlert("TraceGatewayThrottling")] }))).toMatchObject({
      left: "contested",
      writer: undefined,
    });
  });

  test("in shadow mode nothing is, and the condition beside it is what is told of", () => {
    const reading = knowing(aReading({ firing: [anAlert("TraceGatewayThrottling")] }));
    const explanation = explain(inMode("shadow", kymaTelemetry), resource, reading, NOW_MS);
    expect(explanation).toMatchObject({ condition: "alertstatus.io/TelemetryFlowHealthy", patch: { status: "False" } });
    expect(explanation).not.toHaveProperty("left");
  });

  test("what is written after all is told without", () => {
    expect(explained(aResource(), aReading({ evidence: selfMonitor({ ageMs: 1_000 }) }))).not.toHaveProperty("left");
  });
});

test("the explanation is told with the predicates that judge: one row decides exactly where an alert decided", () => {
  fc.assert(
    fc.property(pipelines, sources, (pipeline, source) => {
      const resource = toResource(pipeline);
      const reading = toReading(source);
      const verdict = judge(kymaTelemetry, resource, knowing(reading));
      const explanation = explained(resource, reading);
      const deciding = explanation.rows.filter(({ state }) => state === "decides");
      const isAbsence = "status" in verdict && verdict.because.some((alert) => everyAbsentAlert.includes(alert));
      const isByAlert = "status" in verdict && (verdict.status === "False" || isAbsence) && verdict.reason !== "ConfigurationNotGenerated";
      expect(explanation.verdict).toEqual(verdict);
      expect(deciding.map(({ reason }) => reason)).toEqual(isByAlert ? [verdict.reason] : []);
      if (!isByAlert) return;
      const decidesAt = explanation.rows.findIndex(({ state }) => state === "decides");
      expect(explanation.rows.slice(0, decidesAt).filter(({ state }) => state === "fires, masked")).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});
