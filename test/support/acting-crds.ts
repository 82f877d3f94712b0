// The CRDs of what acts on conditions, as small as they may be: the fields that the examples set have the types, enums and rules of the real ones.

type Schema = Readonly<Record<string, unknown>>;

const TEXT = { type: "string" };
const STATUS = { type: "string", enum: ["True", "False", "Unknown"] };
const FREE = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const TYPE = { type: "string", minLength: 1, maxLength: 316 };
const DURATION = { type: "string", pattern: "^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$" };

const object = (properties: Schema, required: readonly string[] = []): Schema => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});
const list = (items: Schema, more: Schema = {}): Schema => ({ type: "array", items, ...more });

const RESERVED = ["Ready", "Available", "HealthCheckSucceeded", "OwnerRemediated", "ExternallyRemediated"];

const CRDS: readonly { readonly of: string; readonly kind: string; readonly isClusterScoped?: boolean; readonly spec: Schema }[] = [
  {
    of: "machinehealthchecks.v1beta2.cluster.x-k8s.io",
    kind: "MachineHealthCheck",
    spec: object(
      {
        clusterName: TEXT,
        selector: FREE,
        checks: object({
          unhealthyMachineConditions: list(
            object(
              {
                type: { ...TYPE, "x-kubernetes-validations": [{ rule: `!(self in ${JSON.stringify(RESERVED)})` }] },
                status: STATUS,
                timeoutSeconds: { type: "integer", format: "int32", minimum: 0 },
              },
              ["type", "status", "timeoutSeconds"],
            ),
            { minItems: 1, maxItems: 100 },
          ),
        }),
        remediation: object({
          triggerIf: object({ unhealthyLessThanOrEqualTo: { "x-kubernetes-int-or-string": true }, unhealthyInRange: TEXT }),
        }),
      },
      ["clusterName", "selector"],
    ),
  },
  {
    of: "clusters.v1beta2.cluster.x-k8s.io",
    kind: "Cluster",
    spec: object({
      clusterNetwork: FREE,
      availabilityGates: list(
        object({ conditionType: TYPE, polarity: { type: "string", enum: ["Positive", "Negative"] } }, ["conditionType"]),
        { maxItems: 32, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["conditionType"] },
      ),
    }),
  },
  {
    of: "nodereadinessrules.v1alpha1.readiness.node.x-k8s.io",
    kind: "NodeReadinessRule",
    isClusterScoped: true,
    spec: object(
      {
        conditions: list(object({ type: TYPE, requiredStatus: STATUS, defaultStatus: STATUS }, ["type", "requiredStatus"]), {
          minItems: 1,
        }),
        enforcementMode: { type: "string", enum: ["bootstrap-only", "continuous"] },
        dryRun: { type: "boolean" },
        taint: object(
          {
            key: { type: "string", pattern: "^readiness\\.k8s\\.io/.+" },
            value: TEXT,
            effect: { type: "string", enum: ["NoSchedule", "PreferNoSchedule", "NoExecute"] },
          },
          ["key", "effect"],
        ),
        nodeSelector: FREE,
      },
      ["conditions", "enforcementMode", "taint", "nodeSelector"],
    ),
  },
  {
    of: "nodehealthchecks.v1alpha1.remediation.medik8s.io",
    kind: "NodeHealthCheck",
    isClusterScoped: true,
    spec: object(
      {
        selector: FREE,
        unhealthyConditions: list(object({ type: TYPE, status: TEXT, duration: DURATION }, ["type", "status", "duration"]), {
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["type", "status"],
        }),
        minHealthy: { "x-kubernetes-int-or-string": true },
        maxUnhealthy: { "x-kubernetes-int-or-string": true },
        stormCooldownDuration: DURATION,
        remediationTemplate: FREE,
      },
      ["selector"],
    ),
  },
  {
    of: "kustomizations.v1.kustomize.toolkit.fluxcd.io",
    kind: "Kustomization",
    spec: object(
      {
        interval: DURATION,
        timeout: DURATION,
        prune: { type: "boolean" },
        wait: { type: "boolean" },
        path: TEXT,
        sourceRef: FREE,
        healthCheckExprs: list(
          object({ apiVersion: TEXT, kind: TEXT, current: TEXT, inProgress: TEXT, failed: TEXT }, ["apiVersion", "current"]),
        ),
      },
      ["interval", "prune", "sourceRef"],
    ),
  },
];

/** The CRDs of what acts, each with its field `spec` only. */
export function actingCrds(): readonly object[] {
  return CRDS.map(({ of, kind, isClusterScoped = false, spec }) => {
    const [plural = "", version = "", ...rest] = of.split(".");
    return crd(rest.join("."), { plural, kind, version, scope: isClusterScoped ? "Cluster" : "Namespaced" }, object({ spec }));
  });
}

/** A kind whose objects are accepted exactly where a CEL expression about `status` holds, as Flux evaluates it. */
export function crdOfExpression(plural: string, kind: string, expression: string): object {
  const conditions = list(object({ type: TEXT, status: TEXT }, ["type", "status"]), { maxItems: 32 });
  const rule = expression.replaceAll(/\bstatus\.conditions\b/g, "self.status.conditions");
  const schema = { ...object({ spec: FREE, status: object({ conditions }) }, ["status"]), "x-kubernetes-validations": [{ rule }] };
  return crd("expressions.example", { plural, kind, version: "v1", scope: "Cluster" }, schema);
}

function crd(
  group: string,
  { plural, kind, version, scope }: { plural: string; kind: string; version: string; scope: string },
  schema: Schema,
): object {
  const annotations = { "api-approved.kubernetes.io": "unapproved, experimental-only" };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}`, annotations },
    spec: {
      group,
      scope,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}
