// Decides which labels a PrometheusRule needs, so that the Prometheus behind a service picks it up, and says where none would do.

import { isObject, isStringRecord, valueAt } from "../core/json.ts";

type Labels = Readonly<Record<string, string>>;

/** A Prometheus or a ThanosRuler of prometheus-operator, as far as it decides which rules it evaluates. */
export type Evaluator = {
  readonly name: string;
  /** The labels of its Pods that the operator sets, and those that it is told to set. */
  readonly podLabels: Labels;
  readonly ruleSelector: unknown;
  readonly ruleNamespaceSelector: unknown;
};

/** The evaluator that an object of prometheus-operator describes. */
export function toEvaluator(kind: "prometheus" | "thanos-ruler", object: unknown): Evaluator {
  const name = String(valueAt(object, ["metadata", "name"]) ?? "");
  const own = valueAt(object, ["spec", "podMetadata", "labels"]);
  // https://github.com/prometheus-operator/prometheus-operator/blob/main/pkg/prometheus/common.go
  const set = { "app.kubernetes.io/name": kind, "app.kubernetes.io/instance": name, "operator.prometheus.io/name": name, [kind]: name };
  return {
    name: `${kind} ${name}`,
    podLabels: { ...set, ...(isStringRecord(own) && own) },
    ruleSelector: valueAt(object, ["spec", "ruleSelector"]),
    ruleNamespaceSelector: valueAt(object, ["spec", "ruleNamespaceSelector"]),
  };
}

/** Those whose Pods a service may select; what its selector says beyond the labels that are known counts for none. */
export function behind(evaluators: readonly Evaluator[], selector: unknown): readonly Evaluator[] {
  const wanted = isStringRecord(selector) ? Object.entries(selector) : [];
  return evaluators.filter(({ podLabels }) => wanted.every(([key, value]) => (podLabels[key] ?? value) === value));
}

/** The labels by which all of them pick a rule of their own namespace up; `problem` says which of them would not. */
export function labelsFor(
  evaluators: readonly Evaluator[],
  namespaceLabels: Labels,
): { readonly labels: Labels } | { readonly problem: string } {
  // One without a ruleSelector evaluates no rules, and is no obstacle beside others.
  const active = evaluators.filter(({ ruleSelector }) => isObject(ruleSelector));
  const labels = chosen(active.map(({ ruleSelector }) => ruleSelector));
  const missing = (active.length > 0 ? active : evaluators).filter(
    ({ ruleSelector, ruleNamespaceSelector }) =>
      !isSelected(ruleSelector, labels) || !(ruleNamespaceSelector == null || isSelected(ruleNamespaceSelector, namespaceLabels)),
  );
  if (missing.length === 0) return { labels };
  const which = missing.map(
    ({ name, ruleSelector, ruleNamespaceSelector }) => `${name} (${selectorText({ ruleSelector, ruleNamespaceSelector })})`,
  );
  return { problem: `the rules would not be picked up by ${which.join(", ")}` };
}

function selectorText(selectors: { readonly ruleSelector: unknown; readonly ruleNamespaceSelector: unknown }): string {
  return Object.entries(selectors)
    .flatMap(([name, selector]) => (name === "ruleSelector" || isObject(selector) ? [`${name} ${JSON.stringify(selector ?? null)}`] : []))
    .join(", ");
}

type Requirement = { readonly key: string; readonly operator: string; readonly values: readonly string[] };

// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements
function requirementsIn(selector: unknown): readonly Requirement[] {
  const { matchLabels, matchExpressions } = isObject(selector) ? selector : {};
  const equal = Object.entries(isStringRecord(matchLabels) ? matchLabels : {});
  const expressions: readonly unknown[] = Array.isArray(matchExpressions) ? matchExpressions : [];
  return [
    ...equal.map(([key, value]) => ({ key, operator: "In", values: [value] })),
    ...expressions
      .filter(isObject)
      .map(({ key, operator, values }) => ({
        key: String(key),
        operator: String(operator),
        values: Array.isArray(values) ? values.map(String) : [],
      })),
  ];
}

const MEANINGS: Readonly<Record<string, (value: string | undefined, values: readonly string[]) => boolean>> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
};

function isSelected(selector: unknown, labels: Labels): boolean {
  if (!isObject(selector)) return false;
  return requirementsIn(selector).every(({ key, operator, values }) => MEANINGS[operator]?.(labels[key], values) ?? false);
}

// What leaves the least choice is chosen first.
function chosen(selectors: readonly unknown[]): Labels {
  const needed = selectors.flatMap(requirementsIn).filter(({ operator }) => operator === "In" || operator === "Exists");
  const strictFirst = needed.toSorted((one, other) => choices(one) - choices(other));
  const labels: Record<string, string> = {};
  for (const { key, values } of strictFirst) labels[key] ??= values[0] ?? "alertstatus";
  return labels;
}

function choices({ operator, values }: Requirement): number {
  return operator === "Exists" ? Number.POSITIVE_INFINITY : values.length;
}
