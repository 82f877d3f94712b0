// Recognizes by name, labels and keys which Secrets of a management cluster hold a kubeconfig.

/** A Secret without its values. */
export type SecretOutline = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly keys: readonly string[] };

/** The cluster that a Secret leads to, the key of its kubeconfig, and the labels that it gives the cluster. */
export type KubeconfigSecret = { readonly cluster: string; readonly key: string; readonly labels: Readonly<Record<string, string>> };

type Shape = {
  /** Its first group is the name of the cluster. */
  readonly name: RegExp;
  readonly key: string;
  /** A label that must carry the same name. */
  readonly label?: string;
  /** Labels of the fleet, and the Secret's labels that hold their values. */
  readonly labels?: Readonly<Record<string, string>>;
};

const SHAPES: readonly Shape[] = [
  // Cluster API: https://cluster-api.sigs.k8s.io/developer/providers/contracts/control-plane#cluster-kubeconfig-management
  { name: /^([a-z0-9.-]+)-kubeconfig$/, key: "value", label: "cluster.x-k8s.io/cluster-name" },
  // Kyma's infrastructure and lifecycle managers.
  { name: /^kubeconfig-([a-z0-9.-]+)$/, key: "config", labels: { region: "kyma-project.io/region", shoot: "kyma-project.io/shoot-name" } },
  // Gardener, and controllers that hand out its shoots.
  { name: /^([a-z0-9.-]+)\.kubeconfig$/, key: "kubeconfig" },
];

/** Which cluster a Secret leads to; undefined where it matches no known shape. */
export function kubeconfigSecret(secret: SecretOutline): KubeconfigSecret | undefined {
  for (const { name, key, label, labels = {} } of SHAPES) {
    const cluster = name.exec(secret.name)?.[1];
    if (cluster === undefined || !secret.keys.includes(key)) continue;
    if (label !== undefined && secret.labels[label] !== cluster) continue;
    return { cluster, key, labels: pickLabels(secret.labels, labels) };
  }
  return undefined;
}

function pickLabels(ofSecret: Readonly<Record<string, string>>, names: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(names).map(([label, name]) => [label, ofSecret[name]] as const);
  return Object.fromEntries(pairs.flatMap(([label, value]) => (value === undefined ? [] : [[label, value]])));
}
