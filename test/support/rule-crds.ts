// The CRDs of operators that take Prometheus rules, as small as they may be: the fields of a rule have the types of the real ones.

const TEXT = { type: "string" };
const LABELS = { type: "object", additionalProperties: TEXT };
const list = (items: object, more: object = {}) => ({ type: "array", items, ...more });
const object = (properties: object, required: readonly string[]) => ({ type: "object", properties, required });

type Shape = {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly scope: "Cluster" | "Namespaced";
  readonly rule: object;
  readonly groups?: object;
  readonly rules?: object;
};

const SHAPES: readonly Shape[] = [
  {
    group: "operator.victoriametrics.com",
    version: "v1beta1",
    plural: "vmrules",
    kind: "VMRule",
    scope: "Namespaced",
    rule: {
      ...object({ alert: TEXT, record: TEXT, expr: TEXT, for: TEXT, keep_firing_for: TEXT, labels: LABELS, annotations: LABELS }, []),
    },
    groups: { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["name"] },
  },
  {
    group: "monitoring.googleapis.com",
    version: "v1",
    plural: "clusterrules",
    kind: "ClusterRules",
    scope: "Cluster",
    rule: {
      ...object({ alert: TEXT, record: TEXT, expr: TEXT, for: { ...TEXT, format: "duration" }, labels: LABELS, annotations: LABELS }, [
        "expr",
      ]),
      "x-kubernetes-validations": [{ rule: "(has(self.record) ? 1 : 0) + (has(self.alert) ? 1 : 0) == 1" }],
    },
    rules: { minItems: 1 },
  },
];

export function ruleCrds(): readonly object[] {
  return SHAPES.map(({ group, version, plural, kind, scope, rule, groups, rules }) => {
    const interval = { type: "string", format: "duration" };
    const ofGroup = object({ name: TEXT, interval, rules: list(rule, rules) }, ["name", "rules"]);
    const openAPIV3Schema = object({ spec: object({ groups: list(ofGroup, groups) }, ["groups"]) }, ["spec"]);
    return {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope,
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
        versions: [{ name: version, served: true, storage: true, schema: { openAPIV3Schema } }],
      },
    };
  });
}
