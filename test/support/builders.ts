// Builds resources, alerts, readings and conditions that are valid unless a test overrides a field.

import type { Code } from "../../functions/core/errors.ts";
import { type ObjectKind, parseResource, type Resource } from "../../functions/core/kubernetes/resource.ts";
import type { ActingProfile, Mode } from "../../functions/core/profile/mode.ts";
import type { Profile } from "../../functions/core/profile/profile.ts";
import type { Alert, Alerts, Reading } from "../../functions/core/prometheus/alert.ts";
import type { Evidence, RuleGroup, RuleHealth, RuleState } from "../../functions/core/prometheus/rule-health.ts";
import type { Knowledge } from "../../functions/core/verdict/verdict.ts";

export type Kind = "TracePipeline" | "MetricPipeline" | "LogPipeline";

const TELEMETRY = { group: "telemetry.kyma-project.io", version: "v1beta1" };

export const kinds: Readonly<Record<Kind, ObjectKind>> = {
  TracePipeline: { ...TELEMETRY, plural: "tracepipelines", kind: "TracePipeline" },
  MetricPipeline: { ...TELEMETRY, plural: "metricpipelines", kind: "MetricPipeline" },
  LogPipeline: { ...TELEMETRY, plural: "logpipelines", kind: "LogPipeline" },
};

/** A profile as a cluster has it, without a name of its own. */
export function inMode(mode: Mode, profile: Profile): ActingProfile {
  return { ...profile, mode };
}

const OTLP_BACKEND = { output: { otlp: { endpoint: { value: "https://backend.example:4317" } } } };

/** A metric pipeline that needs the metric agent. */
export const metricAgentSpec = { ...OTLP_BACKEND, input: { runtime: { enabled: true } } };

/** The four ways in which KYMA.md lets a log pipeline be served, by its `spec`. */
export const logSpecs = {
  agent: { ...OTLP_BACKEND, input: { runtime: {} } },
  gateway: { ...OTLP_BACKEND, input: { otlp: {} } },
  agentAndGateway: { ...OTLP_BACKEND, input: { runtime: {}, otlp: {} } },
  noInput: OTLP_BACKEND,
  fluentBit: { output: { http: { host: { value: "backend.example" } } } },
} as const;

type ResourceParts = {
  kind?: Kind;
  name?: string;
  namespace?: string;
  spec?: object;
  conditions?: readonly unknown[];
  generation?: number;
  deleting?: boolean;
  resourceVersion?: string;
  managedFields?: readonly unknown[];
};

/** A pipeline as an API server shows it; a log pipeline is one of Fluent Bit's unless its `spec` says otherwise. */
export function aResource({
  kind = "TracePipeline",
  name = "backend",
  namespace,
  spec = kind === "LogPipeline" ? logSpecs.fluentBit : OTLP_BACKEND,
  conditions,
  generation = 1,
  deleting = false,
  resourceVersion = "1",
  managedFields,
}: ResourceParts = {}): Resource {
  const of = kinds[kind];
  return parseResource(of, {
    apiVersion: `${of.group}/${of.version}`,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      generation,
      resourceVersion,
      ...(managedFields !== undefined && { managedFields }),
      ...(deleting && { deletionTimestamp: "2026-01-01T00:00:00Z" }),
    },
    spec,
    ...(conditions !== undefined && { status: { conditions } }),
  });
}

/** An alert that is about the pipeline "backend" of no particular kind; a label that is `undefined` is left out. */
export function anAlert(name: string, labels: Readonly<Record<string, string | undefined>> = {}, more: Partial<Alert> = {}): Alert {
  const all = Object.entries({ alertname: name, pipeline_name: "backend", ...labels });
  return {
    name,
    labels: Object.fromEntries(all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    annotations: {},
    activeAt: "2026-01-01T00:00:00.000Z",
    value: "1e+00",
    ...more,
  };
}

type AlertsParts = { firing?: readonly Alert[]; pending?: readonly Alert[] } & Partial<Pick<Alerts, "odd" | "others" | "warnings">>;

/** The alerts that a source names; nothing pending, firing, odd or warned of unless it is given. */
export function someAlerts({ firing = [], pending = [], odd = [], others = 0, warnings = [] }: AlertsParts = {}): Alerts {
  return { firing: byName(firing), pending: byName(pending), odd, others, warnings };
}

type Healths = Readonly<Record<string, RuleHealth | readonly RuleHealth[] | undefined>>;

/** A group of rules of this health; one that is `undefined` is not there. */
export function aRuleGroup(rules: Healths, more: Partial<RuleGroup> = {}, state: Partial<RuleState> = {}): RuleGroup {
  const loaded = Object.entries(rules).flatMap(([name, health]) => (health === undefined ? [] : [[name, [health].flat()] as const]));
  const states = loaded.map(([name, all]) => [name, all.map((health) => ({ health, labels: {}, ...state }))] as const);
  return { name: "default", file: "/etc/rules.yml", rules: new Map(states), ...more };
}

/** What a source said; its owner vouches for it unless there is other evidence. */
export function aReading({
  evidence = { was: "waived" },
  isShared = false,
  ...alerts
}: AlertsParts & { evidence?: Evidence; isShared?: boolean } = {}): Read {
  return { was: "read", ...someAlerts(alerts), evidence, isShared };
}

type Read = Extract<Reading, { was: "read" }>;

/** All that is known of a cluster whose sources said this, and whose names every label can carry. */
export function knowing(...readings: readonly Reading[]): Knowledge {
  return { readings, uncarried: new Map() };
}

export function unreadable(code: Code = "connection-refused"): Reading {
  return { was: "unreadable", code, message: "the Alerts API does not answer", why: "it does not answer" };
}

/** The body of `GET /api/v1/alerts` as Prometheus writes it. */
export function alertsBody({ firing = [], pending = [] }: { firing?: readonly Alert[]; pending?: readonly Alert[] } = {}): {
  status: "success";
  data: { alerts: object[] };
} {
  return { status: "success", data: { alerts: [...firing.map(onTheWire("firing")), ...pending.map(onTheWire("pending"))] } };
}

function onTheWire(state: "firing" | "pending"): (alert: Alert) => object {
  return ({ labels, annotations, activeAt, value }) => ({ labels, annotations, state, activeAt, value });
}

function byName(alerts: readonly Alert[]): Map<string, readonly Alert[]> {
  return Map.groupBy(alerts, ({ name }) => name);
}

/** A healthy condition that has stood for years. */
export function standing(type: string, more: object = {}) {
  return {
    type,
    status: "True",
    observedGeneration: 1,
    lastTransitionTime: "2020-01-01T00:00:00Z",
    reason: "FlowHealthy",
    message: "All is well.",
    ...more,
  };
}
