// The CRDs of the catalogue's kinds, as small as they may be: what of a condition they keep, require and refuse is as in the operators' own.

/** What a CRD says of its conditions; `none` has no list of them. */
type Shape = {
  readonly keeps?: readonly string[];
  readonly requires?: readonly string[];
  /** Whether the list is a map by type; else it is atomic. */
  readonly isMap?: boolean;
  readonly maxItems?: number;
  /** The only types that it takes. */
  readonly types?: readonly string[];
  readonly statusRequires?: readonly string[];
};

type Crd = {
  readonly of: string;
  readonly kind: string;
  readonly isClusterScoped?: boolean;
  readonly hasNoStatus?: boolean;
  readonly shape: Shape;
};

const ALL = ["type", "status", "reason", "message", "lastTransitionTime", "observedGeneration"];
const UNOBSERVED = ALL.slice(0, 5);
const STANDARD: Shape = { keeps: ALL, requires: UNOBSERVED };
const BRIEF = ["type", "status"];

const CRDS: readonly Crd[] = [
  { of: "kustomizations.v1.kustomize.toolkit.fluxcd.io", kind: "Kustomization", shape: STANDARD },
  { of: "helmreleases.v2.helm.toolkit.fluxcd.io", kind: "HelmRelease", shape: STANDARD },
  { of: "gitrepositories.v1.source.toolkit.fluxcd.io", kind: "GitRepository", shape: STANDARD },
  { of: "certificates.v1.cert-manager.io", kind: "Certificate", shape: { keeps: ALL, requires: BRIEF, isMap: true } },
  { of: "issuers.v1.cert-manager.io", kind: "Issuer", shape: { keeps: ALL, requires: BRIEF, isMap: true } },
  {
    of: "clusterissuers.v1.cert-manager.io",
    kind: "ClusterIssuer",
    isClusterScoped: true,
    shape: { keeps: ALL, requires: BRIEF, isMap: true },
  },
  { of: "clusters.v1.postgresql.cnpg.io", kind: "Cluster", shape: STANDARD },
  { of: "nodepools.v1.karpenter.sh", kind: "NodePool", isClusterScoped: true, shape: { ...STANDARD, isMap: true } },
  {
    of: "nodeclaims.v1.karpenter.sh",
    kind: "NodeClaim",
    isClusterScoped: true,
    shape: { keeps: ALL, requires: [...BRIEF, "lastTransitionTime"], isMap: true },
  },
  { of: "clusters.v1beta2.cluster.x-k8s.io", kind: "Cluster", shape: { ...STANDARD, isMap: true, maxItems: 32 } },
  { of: "machines.v1beta2.cluster.x-k8s.io", kind: "Machine", shape: { ...STANDARD, isMap: true, maxItems: 32 } },
  { of: "machinedeployments.v1beta2.cluster.x-k8s.io", kind: "MachineDeployment", shape: { ...STANDARD, isMap: true, maxItems: 32 } },
  {
    of: "clustersecretstores.v1.external-secrets.io",
    kind: "ClusterSecretStore",
    isClusterScoped: true,
    shape: { keeps: UNOBSERVED, requires: BRIEF },
  },
  { of: "secretstores.v1.external-secrets.io", kind: "SecretStore", shape: { keeps: UNOBSERVED, requires: BRIEF } },
  { of: "pushsecrets.v1alpha1.external-secrets.io", kind: "PushSecret", shape: { keeps: UNOBSERVED, requires: BRIEF } },
  {
    of: "externalsecrets.v1.external-secrets.io",
    kind: "ExternalSecret",
    shape: { keeps: UNOBSERVED, requires: BRIEF, types: ["Ready", "Deleted"] },
  },
  { of: "scaledobjects.v1alpha1.keda.sh", kind: "ScaledObject", shape: { keeps: ALL.slice(0, 4), requires: BRIEF } },
  {
    of: "clusterqueues.v1beta2.kueue.x-k8s.io",
    kind: "ClusterQueue",
    isClusterScoped: true,
    shape: { ...STANDARD, isMap: true, maxItems: 16 },
  },
  { of: "volumes.v1beta2.longhorn.io", kind: "Volume", shape: { keeps: [...UNOBSERVED, "lastProbeTime"] } },
  {
    of: "buckets.v1beta1.s3.aws.m.upbound.io",
    kind: "Bucket",
    shape: { keeps: ALL, requires: [...BRIEF, "reason", "lastTransitionTime"], isMap: true },
  },
  {
    of: "buckets.v1beta2.s3.aws.upbound.io",
    kind: "Bucket",
    isClusterScoped: true,
    shape: { keeps: ALL, requires: [...BRIEF, "reason", "lastTransitionTime"], isMap: true },
  },
  {
    of: "applicationsets.v1alpha1.argoproj.io",
    kind: "ApplicationSet",
    shape: { keeps: UNOBSERVED, requires: [...BRIEF, "reason", "message"] },
  },
  {
    of: "applications.v1alpha1.argoproj.io",
    kind: "Application",
    hasNoStatus: true,
    shape: { keeps: ["type", "message", "lastTransitionTime"] },
  },
  { of: "schedules.v1.velero.io", kind: "Schedule", hasNoStatus: true, shape: {} },
  { of: "mongodbcommunity.v1.mongodbcommunity.mongodb.com", kind: "MongoDBCommunity", shape: { statusRequires: ["phase"] } },
  { of: "kafkas.v1.kafka.strimzi.io", kind: "Kafka", shape: { keeps: UNOBSERVED } },
  { of: "kafkatopics.v1.kafka.strimzi.io", kind: "KafkaTopic", shape: { keeps: UNOBSERVED } },
  {
    of: "rabbitmqclusters.v1beta1.rabbitmq.com",
    kind: "RabbitmqCluster",
    shape: { keeps: UNOBSERVED, requires: BRIEF, statusRequires: ["conditions"] },
  },
  {
    of: "cephclusters.v1.ceph.rook.io",
    kind: "CephCluster",
    shape: { keeps: ["type", "status", "reason", "message", "lastTransitionTime"] },
  },
];

/** The CRDs as an API server takes them. */
export function catalogueCrds(): readonly { readonly metadata: { readonly name: string } }[] {
  return CRDS.map(({ of, kind, isClusterScoped = false, hasNoStatus = false, shape }) => {
    const [plural = "", name = "", ...rest] = of.split(".");
    const group = rest.join(".");
    return {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `${plural}.${group}`, ...(group.endsWith(".k8s.io") || group.endsWith("x-k8s.io") ? APPROVED : {}) },
      spec: {
        group,
        scope: isClusterScoped ? "Cluster" : "Namespaced",
        names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
        versions: [
          {
            name,
            served: true,
            storage: true,
            ...(hasNoStatus ? {} : { subresources: { status: {} } }),
            schema: { openAPIV3Schema: schemaOf(shape) },
          },
        ],
      },
    };
  });
}

// https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/2337-k8s.io-group-protection
const APPROVED = { annotations: { "api-approved.kubernetes.io": "unapproved, experimental-only" } };

function schemaOf({ keeps, requires = [], isMap = false, maxItems, types, statusRequires = [] }: Shape): object {
  const items = {
    type: "object",
    ...(requires.length > 0 && { required: requires }),
    properties: Object.fromEntries((keeps ?? []).map((field) => [field, fieldOf(field, requires, types)])),
  };
  const list = {
    type: "array",
    ...(isMap && { "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["type"] }),
    ...(maxItems && { maxItems }),
    items,
  };
  const status = {
    type: "object",
    ...(statusRequires.length > 0 && { required: statusRequires }),
    properties: { phase: { type: "string" }, ...(keeps && { conditions: list }) },
  };
  return { type: "object", properties: { spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true }, status } };
}

function fieldOf(field: string, requires: readonly string[], types: readonly string[] | undefined): object {
  const isStandard = requires.length >= 5;
  if (field === "observedGeneration") return { type: "integer", format: "int64" };
  if (field === "lastTransitionTime" && requires.length > 0) return { type: "string", format: "date-time" };
  if (field === "status" && requires.length > 0) return { type: "string", enum: ["True", "False", "Unknown"] };
  if (field === "type" && types) return { type: "string", enum: types };
  if (field === "type" && isStandard)
    return {
      type: "string",
      maxLength: 316,
      pattern: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
    };
  if (field === "reason" && isStandard)
    return { type: "string", minLength: 1, maxLength: 1024, pattern: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$" };
  return { type: "string" };
}
