// Faults of an API server that answers, of its Prometheus, of its objects, and floods of either.

import { valueAt } from "../../functions/core/json.ts";
import { alertsBody, anAlert } from "../support/builders.ts";
import { rulesBody } from "../support/simulator/evidence.ts";
import { type Ask, type Fault, isTraces, lazily, type Odd, openApi, pipeline, refuse, traces } from "./fault.ts";

const OURS = "TelemetryFlowHealthy";
const metadata = { name: "odd", resourceVersion: "1", generation: 1 };
const conditions = (list: unknown) => ({ metadata, status: { conditions: list } });
const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const some = (count: number) => Array.from({ length: count }, (_, index) => pipeline(`name-${index}`));
// A lone surrogate is no UTF-8: on the wire it is an escape.
const SURROGATE = JSON.parse('"\\ud800"');
const throttled = (count: number, labels: (index: number) => object) =>
  lazily(() =>
    alertsBody({ firing: Array.from({ length: count }, (_, index) => anAlert("TraceGatewayThrottling", { ...labels(index) })) }),
  );

type ToSource = Parameters<typeof openApi>[1];
const api = (kind: Fault["kind"], name: string, odd: Odd, outcome: string, toSource?: ToSource): Fault => ({
  kind,
  name,
  open: () => openApi(odd, toSource),
  outcome,
});
const once = (first: (ask: Ask) => ReturnType<NonNullable<Odd["list"]>>, then: NonNullable<Odd["list"]>) => (ask: Ask) =>
  ask.count === 1 ? first(ask) : then(ask);

const well = traces(pipeline());
const QUIET = "1 patched True";
const beside = `reconciled; ${QUIET}; 1 refused`;

const BY_WEBHOOK = 'admission webhook "w.example.com" denied the request: only the operator writes status';
const BY_POLICY = "x \"odd\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: false";

export const kubernetes: readonly Fault[] = [
  api(
    "Kubernetes",
    "forbids one kind",
    { list: (ask) => (isTraces(ask) ? well(ask) : refuse(403)) },
    `reconciled; 2 unlisted, forbidden; ${QUIET}`,
  ),
  api("Kubernetes", "has none of the API group", { list: () => refuse(404) }, "reconciled"),
  api(
    "Kubernetes",
    "has the API group in another version",
    { list: () => refuse(404), group: () => ({ body: {} }) },
    "misconfigured, kind-not-served; 3 unlisted, kind-not-served",
  ),
  api("Kubernetes", "lets every list expire", { list: () => refuse(410) }, "unreachable, expired"),
  api("Kubernetes", "lets one list expire", { list: once(() => refuse(410), well) }, `reconciled; ${QUIET}`),
  api(
    "Kubernetes",
    "is busy at first",
    { list: once(() => ({ ...refuse(503), headers: { "retry-after": "0" } }), well) },
    `reconciled; ${QUIET}`,
  ),
  api(
    "Kubernetes",
    "answers the first patch with a conflict",
    {
      patch: once(
        () => refuse(409),
        () => ({ body: pipeline("backend", { status: { conditions: [{ type: OURS, status: "True", reason: "FlowHealthy" }] } }) }),
      ),
    },
    `reconciled; ${QUIET}`,
  ),
  api("Kubernetes", "answers every patch with a conflict", { patch: () => refuse(409) }, "reconciled; 1 refused, conflict"),
  api("Kubernetes", "rejects the condition by its schema", { patch: () => refuse(422) }, "reconciled; 1 refused, invalid"),
  api("Kubernetes", "forbids the patch", { patch: () => refuse(403) }, "reconciled; 1 refused, forbidden"),
  api(
    "Kubernetes",
    "denies the patch by an admission webhook",
    { patch: () => refuse(403, BY_WEBHOOK) },
    "reconciled; 1 refused, denied-by-policy",
  ),
  api(
    "Kubernetes",
    "denies the patch by an admission policy",
    { patch: () => refuse(422, BY_POLICY) },
    "reconciled; 1 refused, denied-by-policy",
  ),
  api("Kubernetes", "fails at the patch", { patch: () => refuse(500) }, "reconciled; 1 refused, unavailable"),
  api("Kubernetes", "never answers the patch", { patch: () => undefined }, "reconciled; 1 refused, timeout"),
  api(
    "Kubernetes",
    "accepts the condition and does not keep it",
    { patch: () => ({ body: pipeline() }) },
    "reconciled; 1 refused, invalid",
  ),
  api("Kubernetes", "answers the patch with HTML", { patch: () => ({ text: "<p>done</p>" }) }, "reconciled; 1 refused, malformed"),
  api(
    "Kubernetes",
    "loses the object before the patch",
    { patch: () => refuse(404), read: () => refuse(404) },
    "reconciled; 1 skipped, deleting",
  ),
  api(
    "Kubernetes",
    "loses the object between patch and reading",
    { patch: () => refuse(409), read: () => refuse(404) },
    "reconciled; 1 skipped, deleting",
  ),
  api(
    "Kubernetes",
    "answers the reading with an object that is none",
    { patch: () => refuse(409), read: () => ({ body: [] }) },
    "reconciled; 1 refused, malformed",
  ),
];

// What is too large in the Alerts API is asked for by rule.
const everywhere = (answer: () => { text: string }) => ({ alerts: answer, rules: answer });

export const alerts: readonly Fault[] = [
  api("alerts", "has no Prometheus", { alerts: () => refuse(503) }, "reconciled; alerts unavailable; 1 patched Unknown"),
  api("alerts", "has a Prometheus that never answers", { alerts: () => undefined }, "reconciled; alerts timeout; 1 patched Unknown"),
  api(
    "alerts",
    "has a Prometheus that answers HTML",
    { alerts: () => ({ text: "<p>" }) },
    "reconciled; alerts malformed; 1 patched Unknown",
  ),
  api(
    "alerts",
    "has a Prometheus that answers another shape",
    { alerts: () => ({ body: { status: "success", data: {} } }) },
    "reconciled; alerts malformed; 1 patched Unknown",
  ),
  api(
    "alerts",
    "has a Prometheus that answers nine megabytes",
    everywhere(() => ({ text: " ".repeat(9 * 2 ** 20) })),
    "reconciled; alerts too-large; 1 patched Unknown",
  ),
  api(
    "alerts",
    "has a Prometheus that answers two million values",
    everywhere(() => ({ text: `[${"0,".repeat(2_000_000)}0]` })),
    "reconciled; alerts too-large; 1 patched Unknown",
  ),
  api(
    "alerts",
    "has a Prometheus that nests a hundred thousand deep",
    { alerts: () => ({ text: nested(100_000) }) },
    "reconciled; alerts malformed; 1 patched Unknown",
  ),
];

export const objects: readonly Fault[] = [
  api("object", "has an object that is null", { list: traces(pipeline(), null) }, `${beside}, malformed`),
  api(
    "object",
    "has an object without a resourceVersion",
    { list: traces(pipeline(), { metadata: { name: "odd" } }) },
    `${beside}, malformed`,
  ),
  api(
    "object",
    "has an object with a lone surrogate as its name",
    { list: traces(pipeline(), { metadata: { ...metadata, name: SURROGATE } }) },
    `${beside}, malformed`,
  ),
  api(
    "object",
    "has an object whose name is a path",
    { list: traces(pipeline(), { metadata: { ...metadata, name: "../../secrets" } }) },
    `${beside}, malformed`,
  ),
  api(
    "object",
    "has an object whose namespace is a path",
    { list: traces(pipeline(), { metadata: { ...metadata, namespace: "a/b" } }) },
    `${beside}, malformed`,
  ),
  api(
    "object",
    "has an object whose name moves the cursor",
    { list: traces(pipeline(), { metadata: { ...metadata, name: "\u001b[2J" } }) },
    `${beside}, malformed`,
  ),
  api(
    "object",
    "has an object with the status __proto__",
    { list: traces(pipeline(), { metadata, status: "__proto__" }) },
    `${beside}, malformed`,
  ),
  api("object", "has conditions as a map", { list: traces(pipeline(), conditions({ Ready: {} })) }, `${beside}, malformed`),
  api(
    "object",
    "has conditions nested 5,000 deep",
    { list: (ask) => ({ text: traces(pipeline(), conditions(["deep"]))(ask).text?.replace('"deep"', nested(5_000)) }) },
    `${beside}, conditions-too-large`,
  ),
  api(
    "object",
    "has conditions of 70 KB",
    { list: traces(pipeline(), conditions([{ type: "A", status: "True", message: "x".repeat(70_000) }])) },
    `${beside}, conditions-too-large`,
  ),
  api(
    "object",
    "has managed fields of 100 KB",
    {
      list: traces(pipeline(), {
        metadata: { ...metadata, managedFields: [{ manager: "x".repeat(100_000), fieldsV1: { "f:status": { "f:conditions": {} } } }] },
      }),
    },
    `${beside}, malformed`,
  ),
  api(
    "object",
    "has a condition of the own type with a number as its status",
    { list: traces(pipeline("backend", conditionsOf([{ type: OURS, status: 7 }]))) },
    `reconciled; ${QUIET}`,
  ),
  api(
    "object",
    "has the own condition ten times",
    {
      list: traces(
        pipeline(
          "backend",
          conditionsOf(Array.from({ length: 10 }, () => ({ type: OURS, status: "True", reason: "FlowHealthy", observedGeneration: 1 }))),
        ),
      ),
    },
    `reconciled; ${QUIET}`,
  ),
  api(
    "object",
    "has an object that was changed in the year 9999",
    {
      list: traces(
        pipeline("backend", conditionsOf([{ type: OURS, status: "False", reason: "Other", lastTransitionTime: "9999-12-31T23:59:59Z" }])),
      ),
    },
    `reconciled; ${QUIET}`,
  ),
  api(
    "object",
    "has an object with keys of the prototype",
    {
      list: () => ({
        text: '{"metadata":{},"__proto__":{"items":[]},"items":[{"metadata":{"name":"odd","resourceVersion":"1","__proto__":{"name":"x"}},"constructor":{}}]}',
      }),
    },
    "reconciled; 3 patched True",
  ),
  api(
    "object",
    "continues a list with a lone surrogate",
    { list: () => ({ body: { metadata: { continue: SURROGATE }, items: [] } }) },
    "unreachable, malformed",
  ),
];

function conditionsOf(list: readonly unknown[]): object {
  return { status: { conditions: list } };
}

export const floods: readonly Fault[] = [
  api("flood", "never ends its list", { list: () => ({ body: { metadata: { continue: "more" }, items: [] } }) }, "unreachable, too-large"),
  api(
    "flood",
    "has 60,000 objects on one page",
    { list: traces(...Array.from({ length: 60_000 }, () => 0)) },
    `reconciled; 1 unlisted, too-many`,
  ),
  api(
    "flood",
    "has two million empty objects",
    { list: () => ({ text: `{"items":[${"{},".repeat(2_000_000)}{}]}` }) },
    "unreachable, too-large",
  ),
  api(
    "flood",
    "has an object of nine megabytes",
    { list: traces(pipeline("large", { more: "x".repeat(9 * 2 ** 20) })) },
    "reconciled; 1 unlisted, too-large",
  ),
  api(
    "flood",
    "has 700 objects to write",
    { list: traces(...some(700)), patch: kept },
    "reconciled; 200 refused, postponed; 500 patched True",
  ),
  api(
    "flood",
    "has 2,000 alerts about as many objects",
    { list: traces(...some(2_000)), patch: () => refuse(422), alerts: throttled(2_000, (index) => ({ pipeline_name: `name-${index}` })) },
    "reconciled; 1500 refused, postponed; 500 refused, invalid",
  ),
  api(
    "flood",
    "has 20,000 alerts about no object",
    { alerts: throttled(20_000, (index) => ({ pipeline_name: `none-${index}` })) },
    `reconciled; ${QUIET}`,
  ),
  api(
    "flood",
    "has 20,000 alerts about every object",
    { alerts: throttled(20_000, () => ({ pipeline_name: undefined })), patch: kept },
    "reconciled; 1 patched False",
  ),
  api(
    "flood",
    "has 7,000 alerts, of which its Alertmanager knows each and silences one",
    {
      list: traces(...some(7_000)),
      patch: kept,
      alerts: throttled(7_000, (index) => ({ pipeline_name: `name-${index}`, pod: `pod-${index}` })),
      silences: lazily(() => Array.from({ length: 7_000 }, (_, index) => silenced(index))),
    },
    "reconciled; 500 patched False; 6500 refused, postponed",
    (url) => ({ url, proof: "none", alertmanager: { url } }),
  ),
  api(
    "flood",
    "has 12,000 rules beside its own",
    { rules: () => ({ body: { status: "success", data: { groups: [...groupsOf(rulesBody({})), foreignGroup(12_000)] } } }) },
    `reconciled; ${QUIET}`,
    (url) => ({ url }),
  ),
  api(
    "flood",
    "has an alert with 50,000 labels",
    { alerts: throttled(1, () => Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`label_${index}`, "x"]))), patch: kept },
    "reconciled; 1 patched False",
  ),
];

// As an Alertmanager tells of it, with the labels that Prometheus adds: the first of all is silenced.
function silenced(index: number): object {
  const labels = { alertname: "TraceGatewayThrottling", pipeline_name: `name-${index}`, pod: `pod-${index}`, prometheus: "k8s" };
  return { labels, status: { state: index === 0 ? "suppressed" : "active", silencedBy: index === 0 ? ["1"] : [], inhibitedBy: [] } };
}

function groupsOf(body: unknown): readonly unknown[] {
  const groups = valueAt(body, ["data", "groups"]);
  return Array.isArray(groups) ? groups : [];
}

function foreignGroup(count: number): object {
  const rule = { query: "up == 0", type: "alerting", health: "err", lastError: "many-to-many", state: "inactive", labels: {} };
  const rules = Array.from({ length: count }, (_, index) => ({ ...rule, name: `Foreign${index}` }));
  return { name: "foreign", file: "foreign.yml", interval: 30, rules };
}

// As an API server that keeps whatever it is sent.
function kept({ url, body }: Ask) {
  const [, name = "backend"] = /pipelines\/([^/]+)\/status/.exec(url.pathname) ?? [];
  return { body: { ...pipeline(name), ...JSON.parse(body), metadata } };
}
