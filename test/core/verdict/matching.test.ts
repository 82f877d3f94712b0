import { describe, expect, test } from "vitest";
import type { Resource } from "../../../functions/core/kubernetes/resource.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { judgedPaths } from "../../../functions/core/profile/paths.ts";
import type { Profile } from "../../../functions/core/profile/profile.ts";
import { needsAlerts, uncarriedKinds } from "../../../functions/core/verdict/matching.ts";
import { findUnmatched } from "../../../functions/core/verdict/unmatched.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, aResource, type Kind, kinds, logSpecs } from "../../support/builders.ts";

/** Which of these pipelines, all of one cluster, an alert without a pipeline's name is about. */
function meantBy(alert: string, resources: readonly Resource[], profile: Profile = kymaTelemetry): readonly string[] {
  const readings = [aReading({ firing: [anAlert(alert, { pipeline_name: undefined })] })];
  const uncarried = new Map([[profile, uncarriedKinds(profile, resources)]]);
  const isMeant = (resource: Resource) => {
    const verdict = judge(profile, resource, { readings, uncarried });
    return "because" in verdict && verdict.because.includes(alert);
  };
  return resources.filter(isMeant).map(({ of, name }) => `${of.kind}/${name}`);
}

const some = (kind: Kind, ...names: readonly string[]) => names.map((name) => ({ ...aResource({ kind }), name }));

describe("an alert that names no pipeline", () => {
  test("is about every pipeline of the kind, where a label can carry the names of all", () => {
    expect(meantBy("TraceGatewayAllDataDropped", some("TracePipeline", "one", "two-2"))).toEqual([
      "TracePipeline/one",
      "TracePipeline/two-2",
    ]);
  });

  test("is about those alone whose names no label can carry, where there are such", () => {
    expect(meantBy("TraceGatewayAllDataDropped", some("TracePipeline", "one", "team.two", "team.three"))).toEqual([
      "TracePipeline/team.two",
      "TracePipeline/team.three",
    ]);
  });

  test.each(["TraceGatewayThrottling", "TraceGatewayTargetsAbsent"])("is about all of them all the same, where it is %s", (alert) => {
    expect(meantBy(alert, some("TracePipeline", "one", "team.two"))).toEqual(["TracePipeline/one", "TracePipeline/team.two"]);
  });

  test("does not care about the names of other kinds", () => {
    const resources = [...some("TracePipeline", "one"), ...some("MetricPipeline", "team.two"), ...some("LogPipeline", "team.three")];
    expect(meantBy("TraceGatewayAllDataDropped", resources)).toEqual(["TracePipeline/one"]);
    expect(meantBy("MetricAgentSomeDataDropped", resources)).toEqual(["MetricPipeline/team.two"]);
    const two = [...some("TracePipeline", "one"), ...some("MetricPipeline", "team.two")];
    expect(meantBy("TraceGatewayAllDataDropped", two)).toEqual(["TracePipeline/one"]);
  });

  test("is about everyone, where the profile does not say which names a label carries", () => {
    const { carries: _, ...identify } = kymaTelemetry.identify;
    expect(meantBy("TraceGatewayAllDataDropped", some("TracePipeline", "one", "team.two"), { ...kymaTelemetry, identify })).toHaveLength(2);
  });

  test("is about everyone, where its row says by itself how it names them", () => {
    const { carries: _, ...identify } = kymaTelemetry.identify;
    const flows = kymaTelemetry.flows.map((flow) =>
      "rows" in flow ? { ...flow, rows: flow.rows.map((row) => ({ ...row, identify })) } : flow,
    );
    expect(meantBy("TraceGatewayAllDataDropped", some("TracePipeline", "one", "team.two"), { ...kymaTelemetry, flows })).toHaveLength(2);
  });

  test("is about none, where the profile says so, unless its row is about the kind", () => {
    const identify = { ...kymaTelemetry.identify, unlabelled: "none" } as const;
    const none = { ...kymaTelemetry, identify };
    expect(meantBy("TraceGatewayAllDataDropped", some("TracePipeline", "one", "team.two"), none)).toEqual([]);
    expect(meantBy("TraceGatewayThrottling", some("TracePipeline", "one", "team.two"), none)).toHaveLength(2);
  });
});

test("an alert with a name is about that pipeline, whatever names the others have", () => {
  const resources = some("TracePipeline", "one", "team.two");
  const known = {
    readings: [aReading({ firing: [anAlert("TraceGatewayAllDataDropped", { pipeline_name: "one" })] })],
    uncarried: new Map([[kymaTelemetry, uncarriedKinds(kymaTelemetry, resources)]]),
  };
  expect(resources.map((resource) => judge(kymaTelemetry, resource, known))).toMatchObject([{ status: "False" }, { status: "True" }]);
});

describe("a custom output of Fluent Bit", () => {
  const custom = (name: string, text: string) => aResource({ kind: "LogPipeline", name, spec: { output: { custom: text } } });
  const named = "Name http\n  Alias to-splunk\n  Host splunk.example\n";
  const meantByName = (label: string | undefined, ...resources: readonly Resource[]) => {
    const readings = [aReading({ firing: [anAlert("LogFluentBitAllDataDropped", { pipeline_name: label })] })];
    const known = { readings, uncarried: new Map([[kymaTelemetry, uncarriedKinds(kymaTelemetry, resources)]]) };
    return resources.filter(
      (one) => "status" in judge(kymaTelemetry, one, known) && JSON.stringify(judge(kymaTelemetry, one, known)).includes("Dropped"),
    );
  };

  test.each([
    { what: "its alias", text: named, label: "to-splunk", isMeant: true },
    { what: "the pipeline's own name, which its input has", text: named, label: "logs", isMeant: true },
    { what: "another alias", text: named, label: "to-loki", isMeant: false },
    { what: "its alias, in other letters and after a tab", text: "alias\tto-splunk\r\nName http", label: "to-splunk", isMeant: true },
    { what: "what only ends like an alias", text: "Name http\nNoAlias to-splunk", label: "to-splunk", isMeant: false },
    { what: "the pipeline's name, where it has no alias", text: "Name http", label: "logs", isMeant: true },
  ])("is meant by an alert with $what: $isMeant", ({ text, label, isMeant }) => {
    expect(meantByName(label, custom("logs", text))).toHaveLength(isMeant ? 1 : 0);
  });

  test("whose alias no label can carry is meant by an alert without a name, and the others are not", () => {
    const pipelines = [custom("logs", "Name http\nAlias http.0"), custom("other", named)];
    expect(meantByName(undefined, ...pipelines).map(({ name }) => name)).toEqual(["logs"]);
  });

  test("leaves no alert about its alias without a resource", () => {
    const resources = [custom("logs", named)];
    const known = {
      readings: [aReading({ firing: [anAlert("LogFluentBitAllDataDropped", { pipeline_name: "to-splunk" })] })],
      uncarried: new Map(),
    };
    expect(findUnmatched([kymaTelemetry], { resources, known }, new Set())).toEqual([]);
  });

  test("is kept of an object that is read", () => {
    expect(judgedPaths([kymaTelemetry], kinds.LogPipeline)).toContainEqual(["spec", "output", "custom"]);
  });
});

test.each<{ what: string; resource: Resource; needs: boolean }>([
  { what: "that is judged by its rows", resource: aResource(), needs: true },
  { what: "that is being deleted", resource: aResource({ deleting: true }), needs: false },
  {
    what: "behind a closed gate",
    resource: aResource({ conditions: [{ type: "ConfigurationGenerated", status: "False", reason: "EndpointInvalid" }] }),
    needs: false,
  },
  {
    what: "behind an open gate",
    resource: aResource({ conditions: [{ type: "ConfigurationGenerated", status: "True", reason: "Generated" }] }),
    needs: true,
  },
  { what: "whose flow has no rows", resource: aResource({ kind: "LogPipeline", spec: logSpecs.noInput }), needs: false },
  { what: "of a kind of others", resource: { ...aResource(), of: { ...kinds.TracePipeline, kind: "Queue" } }, needs: false },
])("the verdict on a resource $what needs its alerts: $needs", ({ resource, needs }) => {
  expect(needsAlerts(kymaTelemetry, resource)).toBe(needs);
});

describe("a name that the label can carry", () => {
  const rows = [
    { name: "backend", carried: true },
    { name: "Backend-2", carried: true },
    { name: "team.backend", carried: false },
    { name: "backend.", carried: false },
    { name: ".backend", carried: false },
    { name: "back_end", carried: false },
  ];
  test.each(rows)("$name: $carried", ({ name, carried }) => {
    expect([...uncarriedKinds(kymaTelemetry, some("TracePipeline", name))]).toEqual(carried ? [] : ["TracePipeline"]);
  });

  test("is any, where the profile does not say which it can carry", () => {
    const { carries: _, ...identify } = kymaTelemetry.identify;
    expect([...uncarriedKinds({ ...kymaTelemetry, identify }, some("TracePipeline", "team.backend"))]).toEqual([]);
  });

  test("is one that the whole pattern fits, either of its alternatives", () => {
    const profile = { ...kymaTelemetry, identify: { ...kymaTelemetry.identify, carries: "a|b" } };
    const kindsOf = (name: string) => uncarriedKinds(profile, some("TracePipeline", name)).size;
    expect(["a", "b", "ax", "xb"].map(kindsOf)).toEqual([0, 0, 1, 1]);
  });
});
