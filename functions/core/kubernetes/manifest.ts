export type Metadata = { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };

/** A whole Kubernetes object that brings rules into a cluster. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: "ConfigMap" | "PrometheusRule";
  readonly metadata: Metadata & { readonly name: string };
};
