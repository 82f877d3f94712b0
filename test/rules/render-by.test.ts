import { describe, expect, test } from "vitest";
import { ConfigError } from "../../functions/core/errors.ts";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import type { NamedProfile } from "../../functions/core/profile/profile.ts";
import { WATCHDOG } from "../../functions/core/verdict/finding.ts";
import { renderRules } from "../../functions/rules/render.ts";
import { everyAbsentAlert, everyAlert } from "../core/verdict/kyma-facts.ts";
import { kinds } from "../support/builders.ts";

const says = { reason: "Broken", message: "It is broken." };
const asking = (expr: string): NamedProfile => ({
  name: "mine",
  condition: "Mine",
  identify: { name: "name", unlabelled: "none" },
  rules: { for: "1m", window: "5m" },
  gates: [],
  flows: [{ of: kinds.TracePipeline, rows: [{ alert: "A", expr, ...says }], unproven: [says], healthy: says }],
});
const rendered = (expr: string, ...by: readonly string[]) => renderRules([asking(expr)], { by }).groups[0]!.rules[0]!.expr;

describe("a label that every aggregation keeps", () => {
  test.each([
    { form: "a plain series has it already", expr: "up == 0", kept: "up == 0" },
    { form: "leading", expr: "sum by (pod) (rate(a[5m])) > 0", kept: "sum by (pod, cluster) (rate(a[5m])) > 0" },
    { form: "leading, without spaces", expr: "sum by(pod)(a) > 0", kept: "sum by (pod, cluster)(a) > 0" },
    { form: "leading, of two labels", expr: "max by ( pod , node ) (a)", kept: "max by (pod , node, cluster) (a)" },
    { form: "leading, of none", expr: "count by () (a)", kept: "count by (cluster) (a)" },
    { form: "trailing", expr: "sum(rate(a[5m])) by (pod) > 0", kept: "sum(rate(a[5m])) by (pod, cluster) > 0" },
    { form: "in capitals", expr: "SUM BY (pod) (a)", kept: "SUM BY (pod, cluster) (a)" },
    { form: "all but some", expr: "sum without (pod) (a)", kept: "sum without (pod) (a)" },
    {
      form: "one in another",
      expr: "max by (node) (sum by (node, pod) (a))",
      kept: "max by (node, cluster) (sum by (node, pod, cluster) (a))",
    },
    { form: "with a parameter", expr: 'count_values by (job) ("v", a)', kept: 'count_values by (job, cluster) ("v", a)' },
    { form: "topk", expr: "topk by (job) (3, a)", kept: "topk by (job, cluster) (3, a)" },
    {
      form: "matched on",
      expr: "sum by (pod) (a) and on (pod) sum by (pod) (b)",
      kept: "sum by (pod, cluster) (a) and on (pod, cluster) sum by (pod, cluster) (b)",
    },
    { form: "matched on nothing", expr: "a unless on () b", kept: "a unless on (cluster) b" },
    { form: "matched but for another", expr: "a / ignoring (code) group_left b", kept: "a / ignoring (code) group_left b" },
    {
      form: "absent",
      expr: 'absent(up{job="a"} == 1)',
      kept: 'group by (cluster) (up) unless on (cluster) group by (cluster) (up{job="a"} == 1)',
    },
    {
      form: "a metric that is called like an aggregation",
      expr: "http_requests_count > 0 and sum_total > 0",
      kept: "http_requests_count > 0 and sum_total > 0",
    },
  ])("$form", ({ expr, kept }) => {
    expect(rendered(expr, "cluster")).toBe(kept);
  });

  test("and so it does more than one", () => {
    expect(rendered("sum by (pod) (a)", "cluster", "region")).toBe("sum by (pod, cluster, region) (a)");
    expect(rendered("absent(a)", "cluster", "region")).toBe(
      "group by (cluster, region) (up) unless on (cluster, region) group by (cluster, region) (a)",
    );
  });

  test("in quotes, where its name has other letters", () => {
    expect(rendered("sum by (pod) (a)", "k8s.cluster", 'a"b')).toBe('sum by (pod, "k8s.cluster", "a\\"b") (a)');
    expect(rendered("absent(a)", "k8s.cluster")).toBe(
      'group by ("k8s.cluster") (up) unless on ("k8s.cluster") group by ("k8s.cluster") (a)',
    );
    expect(() => rendered('sum without ("k8s.cluster") (a)', "k8s.cluster")).toThrow(ConfigError);
  });

  test("and the window is filled in all the same", () => {
    expect(rendered("sum by (pod) (rate(a[$window]))", "cluster")).toBe("sum by (pod, cluster) (rate(a[5m]))");
  });

  test.each(["absent(up)", "sum(a)", "vector(1)", "a and ignoring (cluster) b"])(
    "%s stays as it is, where no label is asked for",
    (expr) => {
      expect(rendered(expr)).toBe(expr);
    },
  );
});

describe("an expression that loses the label is refused", () => {
  test.each([
    "sum(a)",
    "SUM(a) > 0",
    "sum (rate(a[5m]))",
    "sum by (pod) (a) / sum(b)",
    "topk(3, a)",
    "quantile(0.9, a)",
    "sum without (pod, cluster) (a)",
    "a / ignoring(cluster) b",
    "absent(a) or absent(b)",
    "absent(sum by (pod) (a))",
    "a unless absent(b)",
    "absent_over_time(a[5m])",
    "vector(1) > 0",
    "scalar(a) > 0",
    "a > time() - 60",
  ])("%s", (expr) => {
    expect(() => rendered(expr, "cluster")).toThrow(
      new ConfigError("profile mine, alert A: the expression loses the label cluster: write every aggregation with by (…)"),
    );
  });
});

test("every rule of Kyma's keeps it, in every aggregation and nowhere twice", () => {
  const rules = renderRules([{ ...kymaTelemetry, name: "kyma" }], { by: ["cluster"] }).groups.flatMap((group) => group.rules);
  expect(rules.filter(({ alert }) => alert !== WATCHDOG)).toHaveLength(everyAlert.length + everyAbsentAlert.length);
  for (const { expr } of rules) {
    const groupings = [...expr.matchAll(/(?:sum|max|group) by \((.*?)\)/g)].map(([, labels]) => labels);
    expect(groupings.length).toBe([...expr.matchAll(/\b(sum|max|group)\b/g)].length);
    for (const labels of groupings) expect(labels?.split(", ").filter((label) => label === "cluster")).toEqual(["cluster"]);
    expect(expr).not.toMatch(/absent|vector/);
  }
});
