// The shape of the Kubernetes objects that carry a profile's rules into a cluster.

export type Metadata = { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };

/** An object with rules in it, as `kubectl apply` takes it. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: "ConfigMap" | "PrometheusRule";
  readonly metadata: Metadata & { readonly name: string };
};
