/** What is known of a secret without looking into it. */
export type SecretOutline = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly keys: readonly string[] };

/** The cluster that a secret is the way into, the key under which the kubeconfig stands, and what else the secret says of the cluster. */
export type KubeconfigSecret = { readonly cluster: string; readonly key: string; readonly labels: Readonly<Record<string, string>> };

type Shape = {
  /** Its first group is the cluster. */
  readonly name: RegExp;
  readonly key: string;
  /** The label that names the cluster too. */
  readonly label?: string;
  /** Our labels, and theirs that hold them. */
  readonly labels?: Readonly<Record<string, string>>;
};

const shapes: readonly Shape[] = [
  // Cluster API: https://cluster-api.sigs.k8s.io/developer/providers/contracts/control-plane#cluster-kubeconfig-management
  { name: /^([a-z0-9.-]+)-kubeconfig$/, key: "value", label: "cluster.x-k8s.io/cluster-name" },
  // Kyma's infrastructure and lifecycle managers.
  { name: /^kubeconfig-([a-z0-9.-]+)$/, key: "config", labels: { region: "kyma-project.io/region", shoot: "kyma-project.io/shoot-name" } },
  // Gardener, and what hands out its shoots.
  { name: /^([a-z0-9.-]+)\.kubeconfig$/, key: "kubeconfig" },
];

/** Which cluster a secret leads to; undefined where it has the shape of no kubeconfig that is known here. */
export function kubeconfigSecret(secret: SecretOutline): KubeconfigSecret | undefined {
  for (const { name, key, label, labels = {} } of shapes) {
    const cluster = name.exec(secret.name)?.[1];
    if (cluster === undefined || !secret.keys.includes(key)) continue;
    if (label !== undefined && secret.labels[label] !== cluster) continue;
    return { cluster, key, labels: picked(secret.labels, labels) };
  }
  return undefined;
}

function picked(theirs: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(wanted).map(([label, their]) => [label, theirs[their]] as const);
  return Object.fromEntries(pairs.flatMap(([label, value]) => (value === undefined ? [] : [[label, value]])));
}
