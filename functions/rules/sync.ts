import type { ServiceSource } from "../core/access/alerts.ts";
import { type Failure, failureOf, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { isStringRecord, valueAt } from "../core/json.ts";
import type { Manifest } from "../core/kubernetes/manifest.ts";
import { redact, redactAll, sanitize } from "../core/text.ts";
import type { Manifests } from "../io/kubernetes/manifests.ts";
import { toConfigMap, toPrometheusRule, withoutServerFields } from "./manifest.ts";
import { behind, labelsFor, toEvaluator } from "./pickup.ts";
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
    const pickup = await pickupOf(manifests, service.service);
    if (pickup !== undefined && "problem" in pickup)
      throw new UpstreamError("rules-unselected", sanitize(redact(pickup.problem, await manifests.secrets())));
    const manifest =
      pickup === undefined ? toConfigMap(toYaml(groups), { namespace }) : toPrometheusRule(groups, { namespace, labels: pickup.labels });
    return redactAll({ cluster, ...(await apply(manifests, manifest, dryRun, toYaml)) }, await manifests.secrets());
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { cluster, was: "refused", ...failureOf(error) };
  }
}

const KINDS = [
  ["prometheus", "prometheuses"],
  ["thanos-ruler", "thanosrulers"],
] as const;

// Undefined where the service leads to no Prometheus of prometheus-operator: then rules are mounted as files.
async function pickupOf(
  manifests: Manifests,
  { namespace, name }: ServiceSource["service"],
): Promise<ReturnType<typeof labelsFor> | undefined> {
  const lists = await Promise.all(
    KINDS.map(async ([kind, plural]) => {
      const items = valueAt(await manifests.find(`/apis/monitoring.coreos.com/v1/namespaces/${namespace}/${plural}`), ["items"]);
      return Array.isArray(items) ? items.map((item) => toEvaluator(kind, item)) : [];
    }),
  );
  if (lists.flat().length === 0) return undefined;
  const service = await manifests.find(`/api/v1/namespaces/${namespace}/services/${name}`);
  const evaluators = behind(lists.flat(), valueAt(service, ["spec", "selector"]));
  if (evaluators.length === 0) return undefined;
  const labels = valueAt(await manifests.find(`/api/v1/namespaces/${namespace}`), ["metadata", "labels"]);
  return labelsFor(evaluators, isStringRecord(labels) ? labels : {});
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
