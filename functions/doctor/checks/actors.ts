// What acts on conditions in a cluster, and with which guard: kinds whose objects name the conditions that they act on.

import type { Code } from "../../core/errors.ts";
import { isObject, type JsonObject, valueAt } from "../../core/json.ts";
import { type ObjectKind, type Resource, resourceId } from "../../core/kubernetes/resource.ts";
import { resourceName } from "../../core/outcome/outcome.ts";
import { sanitize } from "../../core/text.ts";
import { type Check, ok, skipped, warning } from "./check.ts";

/** One object acts on one type of condition: what it `does`, what it makes of a condition that is `gone`, and what is risky about it. */
type Act = { readonly type: string; readonly does: string; readonly gone: string; readonly risk?: string };
/** A kind that acts on conditions of another kind. */
export type ActorKind = {
  readonly of: ObjectKind;
  readonly on: Pick<ObjectKind, "group" | "kind">;
  readonly acts: (spec: JsonObject) => readonly Act[];
};
/** What acts of one kind; `code` says why that is not known. */
export type Acting = { readonly by: ObjectKind } & (
  | { readonly acts: readonly (Act & { readonly actor: string })[] }
  | { readonly code: Code }
);

const NODE = { group: "", kind: "Node" };
const UNKNOWN = "it acts on Unknown too, which is said where nothing is known";
const UNGUARDED = "no guard bounds how many at once";

export const ACTORS: readonly ActorKind[] = [
  {
    of: { group: "readiness.node.x-k8s.io", version: "v1alpha1", plural: "nodereadinessrules", kind: "NodeReadinessRule" },
    on: NODE,
    acts: taints,
  },
  {
    of: { group: "remediation.medik8s.io", version: "v1alpha1", plural: "nodehealthchecks", kind: "NodeHealthCheck" },
    on: NODE,
    acts: remediatesNodes,
  },
  {
    of: { group: "cluster.x-k8s.io", version: "v1beta2", plural: "machinehealthchecks", kind: "MachineHealthCheck" },
    on: { group: "cluster.x-k8s.io", kind: "Machine" },
    acts: remediatesMachines,
  },
  {
    of: { group: "cluster.x-k8s.io", version: "v1beta2", plural: "clusters", kind: "Cluster" },
    on: { group: "cluster.x-k8s.io", kind: "Cluster" },
    acts: gates,
  },
];

/** What objects of a kind do with conditions of these types. */
export function actsOf({ of, acts }: ActorKind, objects: readonly Resource[], types: ReadonlySet<string>): Acting {
  const all = objects.flatMap((one) => {
    const spec = valueAt(one.object, ["spec"]);
    const mine = (isObject(spec) ? acts(spec) : []).filter(({ type }) => types.has(type));
    return mine.map((act) => ({ ...act, actor: resourceName(resourceId(one)) }));
  });
  return { by: of, acts: all };
}

const MAX_NAMED = 3;

/** Says what acts, and warns of what it may do on too little knowledge or to too many at once. */
export function actingCheck(acting: Acting): Check {
  const check = `acting by ${acting.by.kind}`;
  if ("code" in acting) return skipped(check, `unknown, and passes need no permission to list ${acting.by.plural} (${acting.code})`);
  const risky = acting.acts.filter(({ risk }) => risk !== undefined);
  const shown = risky.length > 0 ? risky : acting.acts;
  if (shown.length === 0) return ok(check, "none of them acts on conditions of alertstatus");
  const more = shown.length > MAX_NAMED ? ` and ${shown.length - MAX_NAMED} more` : "";
  const said = shown.slice(0, MAX_NAMED).map(({ actor, does, risk }) => `${actor} ${does}${risk === undefined ? "" : `: ${risk}`}`);
  const message = `${said.join("; ")}${more}`;
  return risky.length === 0 ? ok(check, message) : warning(check, message, "act on False alone, and set a guard: infra/examples/acting");
}

/** What follows for each object that acts on conditions which are about to go, one line each. */
export function consequences(acting: Acting): readonly string[] {
  const { kind, plural } = acting.by;
  if ("code" in acting) return [`whether a ${kind} acts on what goes is unknown: this login may not list ${plural} (${acting.code})`];
  return acting.acts.map(({ actor, type, does, gone }) => `${actor} ${does}: without ${type}, ${gone}`);
}

// https://github.com/kubernetes-sigs/node-readiness-controller
function taints(spec: JsonObject): readonly Act[] {
  const [effect, isDry] = [textAt(spec, "taint", "effect"), spec.dryRun === true];
  const evicts = effect === "NoExecute" && spec.enforcementMode === "continuous" && !isDry;
  return listAt(spec, "conditions").map((condition) => {
    const [required, absent] = [textAt(condition, "requiredStatus"), textAt(condition, "defaultStatus") || "Unknown"];
    const does = `${isDry ? "would taint" : "taints"} nodes (${effect}) whose ${textAt(condition, "type")} is not ${required}`;
    const gone = `nodes count as ${absent}${absent === required ? "" : ", and are tainted"}`;
    return { type: textAt(condition, "type"), does, gone, ...(evicts && { risk: "it evicts pods, also where nothing is known" }) };
  });
}

// https://github.com/medik8s/node-healthcheck-operator
function remediatesNodes(spec: JsonObject): readonly Act[] {
  const guards = ["minHealthy", "maxUnhealthy", "stormCooldownDuration"].flatMap((name) => {
    const value = textAt(spec, name);
    return value === "" ? [] : [`${name} ${value}`];
  });
  const isBounded = isBound(spec.maxUnhealthy, "100%") || isBound(spec.minHealthy, "0%");
  return listAt(spec, "unhealthyConditions").map((condition) =>
    remediation("nodes", condition, textAt(condition, "duration"), guards.join(", "), isBounded),
  );
}

// https://cluster-api.sigs.k8s.io/tasks/automated-machine-management/healthchecking
function remediatesMachines(spec: JsonObject): readonly Act[] {
  const most = valueAt(spec, ["remediation", "triggerIf", "unhealthyLessThanOrEqualTo"]);
  const range = textAt(spec, "remediation", "triggerIf", "unhealthyInRange");
  const guard = range === "" ? `unhealthyLessThanOrEqualTo ${textOf(most)}` : `unhealthyInRange ${range}`;
  const isBounded = range !== "" || isBound(most, "100%");
  const checks = valueAt(spec, ["checks"]);
  return listAt(isObject(checks) ? checks : {}, "unhealthyMachineConditions").map((condition) =>
    remediation("machines", condition, `${textAt(condition, "timeoutSeconds")}s`, guard, isBounded),
  );
}

function remediation(what: string, condition: JsonObject, after: string, guard: string, isBounded: boolean): Act {
  const [type, status] = [textAt(condition, "type"), textAt(condition, "status")];
  const does = `remediates ${what} whose ${type} is ${status} for ${after}${isBounded ? ` (${guard})` : ""}`;
  const risks = [...(status === "Unknown" ? [UNKNOWN] : []), ...(isBounded ? [] : [UNGUARDED])];
  return { type, does, gone: `${what} count as healthy`, ...(risks.length > 0 && { risk: risks.join(", and ") }) };
}

// https://cluster-api.sigs.k8s.io/developer/providers/contracts/cluster
function gates(spec: JsonObject): readonly Act[] {
  return listAt(spec, "availabilityGates").map((gate) => {
    const [type, isNegative] = [textAt(gate, "conditionType"), gate.polarity === "Negative"];
    return { type, does: `is Available only while its ${type} is ${isNegative ? "False" : "True"}`, gone: "Available turns Unknown" };
  });
}

// `unbounded` is what a field says where it bounds nothing; so does one that is not there.
function isBound(value: unknown, unbounded: string): boolean {
  return value !== undefined && value !== null && textOf(value) !== unbounded && value !== Number.parseInt(unbounded, 10);
}

function listAt(spec: JsonObject, name: string): readonly JsonObject[] {
  const list = spec[name];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function textAt(object: JsonObject, ...path: readonly string[]): string {
  return textOf(valueAt(object, path));
}

const MAX_TEXT = 320;

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? sanitize(String(value), MAX_TEXT) : "";
}
