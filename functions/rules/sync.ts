import { type Failure, failureOf, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import type { Manifest } from "../core/kubernetes/manifest.ts";
import { redactAll } from "../core/text.ts";
import type { Manifests } from "../io/kubernetes/manifests.ts";
import { toConfigMap, toPrometheusRule, withoutServerFields } from "./manifest.ts";
import { renderRules } from "./render.ts";

/** What became of the rules of one cluster; `before` and `after` are the object as YAML, `before` is empty where there was none. */
export type RulesSync = { readonly cluster: string } & (
  | { readonly was: "applied" | "planned" | "unchanged"; readonly object: string; readonly before: string; readonly after: string }
  | { readonly was: "skipped"; readonly message: string }
  | (Failure & { readonly was: "refused" })
);

type ToYaml = (document: unknown) => string;

/** Brings the rules of a cluster's profiles to where its alerts come from: as a PrometheusRule where that is served, else as a ConfigMap. */
export async function syncRules(
  { name: cluster, profiles, alerts }: ClusterEntry,
  open: () => Promise<Manifests>,
  { dryRun, toYaml }: { dryRun: boolean; toYaml: ToYaml },
): Promise<RulesSync> {
  const [service] = alerts.flatMap((source) => ("service" in source ? [source] : []));
  if (service === undefined)
    return { cluster, was: "skipped", message: "its alerts come from a URL: give that source what `rules render` prints" };
  const groups = renderRules(profiles, { by: Object.keys(service.labels ?? {}) });
  const { namespace } = service.service;
  try {
    const manifests = await open();
    const labels = await manifests.ruleLabels(namespace);
    const manifest = labels === undefined ? toConfigMap(toYaml(groups), { namespace }) : toPrometheusRule(groups, { namespace, labels });
    return redactAll({ cluster, ...(await apply(manifests, manifest, dryRun, toYaml)) }, await manifests.secrets());
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { cluster, was: "refused", ...failureOf(error) };
  }
}

async function apply(manifests: Manifests, manifest: Manifest, dryRun: boolean, toYaml: ToYaml) {
  const { kind, metadata } = manifest;
  const object = `${kind.toLowerCase()} ${metadata.namespace}/${metadata.name}`;
  const found = await manifests.read(manifest);
  const before = found === undefined ? "" : toYaml(withoutServerFields(found));
  const after = toYaml(withoutServerFields(await manifests.apply(manifest, true)));
  if (before === after) return { was: "unchanged", object, before, after } as const;
  if (!dryRun) await manifests.apply(manifest, false);
  return { was: dryRun ? "planned" : "applied", object, before, after } as const;
}
