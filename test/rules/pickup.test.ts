// Holds the labels of a PrometheusRule to the selectors of prometheus-operator: what is picked up by no Prometheus is told.

import { describe, expect, test } from "vitest";
import { behind, labelsFor, toEvaluator } from "../../functions/rules/pickup.ts";

const prometheus = (spec: object, name = "k8s") => toEvaluator("prometheus", { metadata: { name }, spec });
const selecting = (...ruleSelectors: unknown[]) => ruleSelectors.map((ruleSelector, at) => prometheus({ ruleSelector }, `p${at}`));
const expression = (key: string, operator: string, ...values: string[]) => ({ matchExpressions: [{ key, operator, values }] });

describe("the labels that are picked up by", () => {
  test.each<{ selectors: unknown[]; labels: object }>([
    { selectors: [{}], labels: {} },
    { selectors: [{ matchLabels: { release: "kps" } }], labels: { release: "kps" } },
    { selectors: [expression("release", "In", "kps", "other")], labels: { release: "kps" } },
    { selectors: [expression("release", "Exists")], labels: { release: "alertstatus" } },
    { selectors: [expression("release", "NotIn", "kps")], labels: {} },
    { selectors: [expression("release", "DoesNotExist")], labels: {} },
    { selectors: [{ matchLabels: { release: "kps" } }, { matchLabels: { role: "slo" } }], labels: { release: "kps", role: "slo" } },
    {
      selectors: [expression("release", "Exists"), expression("release", "In", "a", "b"), { matchLabels: { release: "b" } }],
      labels: { release: "b" },
    },
    { selectors: [undefined, { matchLabels: { release: "kps" } }], labels: { release: "kps" } },
  ])("$selectors are $labels", ({ selectors, labels }) => {
    expect(labelsFor(selecting(...selectors), {})).toEqual({ labels });
  });
});

describe("no labels are picked up by", () => {
  test.each<{ selectors: unknown[]; told: string }>([
    { selectors: [undefined], told: "prometheus p0 (ruleSelector null)" },
    { selectors: [null, undefined], told: "prometheus p0 (ruleSelector null), prometheus p1 (ruleSelector null)" },
    { selectors: [{ matchLabels: { a: "1" }, ...expression("a", "NotIn", "1") }], told: "prometheus p0 (ruleSelector " },
    {
      selectors: [{ matchLabels: { a: "1" } }, { matchLabels: { a: "2" } }],
      told: 'prometheus p1 (ruleSelector {"matchLabels":{"a":"2"}})',
    },
    { selectors: [expression("a", "Near", "1")], told: "prometheus p0 (ruleSelector " },
  ])("$selectors", ({ selectors, told }) => {
    expect(labelsFor(selecting(...selectors), {})).toEqual({
      problem: expect.stringContaining(`the rules would not be picked up by ${told}`),
    });
  });

  test("a Prometheus that looks into other namespaces only", () => {
    const one = prometheus({ ruleSelector: {}, ruleNamespaceSelector: { matchLabels: { team: "a" } } });
    expect(labelsFor([one], { team: "a" })).toEqual({ labels: {} });
    expect(labelsFor([one], {})).toEqual({ problem: expect.stringContaining('ruleNamespaceSelector {"matchLabels":{"team":"a"}}') });
  });
});

describe("behind a service stands", () => {
  const both = [prometheus({}, "k8s"), prometheus({ podMetadata: { labels: { tier: "slo" } } }, "slo")];
  test.each<{ selector: unknown; names: string[] }>([
    { selector: undefined, names: ["prometheus k8s", "prometheus slo"] },
    { selector: { "app.kubernetes.io/name": "prometheus" }, names: ["prometheus k8s", "prometheus slo"] },
    { selector: { "operator.prometheus.io/name": "slo" }, names: ["prometheus slo"] },
    { selector: { prometheus: "k8s" }, names: ["prometheus k8s"] },
    { selector: { tier: "other" }, names: ["prometheus k8s"] },
    { selector: { "app.kubernetes.io/name": "thanos-ruler" }, names: [] },
  ])("$names, by $selector", ({ selector, names }) => {
    expect(behind(both, selector).map(({ name }) => name)).toEqual(names);
  });
});
