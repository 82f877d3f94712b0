// Recognizes by name, labels and keys which Secrets of a management cluster hold a kubeconfig.

/** A Secret without its values. */
export type SecretOutline = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly keys: readonly string[] };

/** The cluster that a Secret leads to, the key of its kubeconfig, and the labels that it gives the cluster. */
export type KubeconfigSecret = { readonly cluster: string; readonly key: string; readonly labels: Readonly<Record<string, string>> };

/** How a provider calls its Secrets. */
export type SecretShape = {
  /** Its first group is the name of the cluster. */
  readonly name: RegExp;
  /** The first of them that is there counts. */
  readonly keys: readonly string[];
  /** A label that must carry the same name. */
  readonly label?: string;
  /** Labels of the fleet, and the Secret's labels that hold their values. */
  readonly labels?: Readonly<Record<string, string>>;
};

const KYMA = { region: "kyma-project.io/region", shoot: "kyma-project.io/shoot-name" };

const SHAPES: readonly SecretShape[] = [
  // Cluster API: https://cluster-api.sigs.k8s.io/developer/providers/contracts/control-plane#cluster-kubeconfig-management
  { name: /^([a-z0-9.-]+)-kubeconfig$/, keys: ["value"], label: "cluster.x-k8s.io/cluster-name" },
  // Kyma's infrastructure and lifecycle managers.
  { name: /^kubeconfig-([a-z0-9.-]+)$/, keys: ["config"], labels: KYMA },
  // Gardener, and controllers that hand out its shoots.
  { name: /^([a-z0-9.-]+)\.kubeconfig$/, keys: ["kubeconfig"] },
  // Kamaji: https://kamaji.clastix.io
  { name: /^([a-z0-9.-]+)-admin-kubeconfig$/, keys: ["admin.conf"] },
  // HyperShift: https://hypershift.pages.dev
  { name: /^([a-z0-9.-]+)-admin-kubeconfig$/, keys: ["kubeconfig"] },
  // Sveltos, which writes a token that it renews under a key of its own: https://projectsveltos.io
  { name: /^([a-z0-9.-]+)-sveltos-kubeconfig$/, keys: ["re-kubeconfig", "kubeconfig"] },
  // k3k: https://github.com/rancher/k3k
  { name: /^k3k-([a-z0-9.-]+)-kubeconfig$/, keys: ["kubeconfig.yaml"] },
  // vCluster: https://www.vcluster.com/docs
  { name: /^vc-([a-z0-9.-]+)$/, keys: ["config"] },
];

/** The shape of Secrets whose names a pattern describes: its one `*` is the name of the cluster. */
export function shapeOf(pattern: string, key: string): SecretShape {
  const [before = "", after = ""] = pattern.split("*").map((part) => part.replaceAll(".", "\\."));
  return { name: new RegExp(`^${before}([a-z0-9.-]+)${after}$`), keys: [key] };
}

/** Which cluster a Secret leads to, by shapes of one's own before those that are known; undefined where it matches none. */
export function kubeconfigSecret(secret: SecretOutline, own: readonly SecretShape[] = []): KubeconfigSecret | undefined {
  for (const { name, keys, label, labels = {} } of [...own, ...SHAPES]) {
    const cluster = name.exec(secret.name)?.[1];
    const key = keys.find((one) => secret.keys.includes(one));
    if (cluster === undefined || key === undefined) continue;
    if (label !== undefined && secret.labels[label] !== cluster) continue;
    return { cluster, key, labels: pickLabels(secret.labels, labels) };
  }
  return undefined;
}

/** Whether a text has the marks of a kubeconfig. */
export function isKubeconfigLike(text: string): boolean {
  return ["clusters", "contexts", "users"].every((field) => new RegExp(`(^|[\\s{,"])${field}"?\\s*:`).test(text));
}

function pickLabels(ofSecret: Readonly<Record<string, string>>, names: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = Object.entries(names).map(([label, name]) => [label, ofSecret[name]] as const);
  return Object.fromEntries(pairs.flatMap(([label, value]) => (value === undefined ? [] : [[label, value]])));
}
