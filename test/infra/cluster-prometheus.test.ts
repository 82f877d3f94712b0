// Holds the shipped Prometheus to the rules of the code and to the relabelling of the tests.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { alertstatus } from "../cli/alertstatus.ts";
import { kymaRelabelling } from "../support/kyma-metrics.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "../../infra/cluster", path), "utf8");

test("the shipped rules are those of the code; update them by npm run -s cli -- rules render > infra/cluster/prometheus/alertstatus.rules.yml", async () => {
  expect(read("prometheus/alertstatus.rules.yml")).toBe((await alertstatus(["rules", "render"])).stdout);
});

test("the shipped Prometheus relabels like that of the tests, and keeps only the metrics of the rules", () => {
  const [{ metric_relabel_configs: relabelling }] = parse(read("prometheus/prometheus.yml")).scrape_configs;
  const [keep, ...others] = relabelling;
  expect(keep).toMatchObject({ source_labels: ["__name__"], action: "keep" });
  expect(others).toEqual(kymaRelabelling);
});

test("the pushing Prometheus has the same configuration, followed by the output of `receiver config`", async () => {
  const words = ["--format", "prometheus", "--cluster", "my-cluster", "--url", "https://receiver.example"];
  const { stdout } = await alertstatus(["receiver", "config", ...words]);
  expect(read("prometheus-push/prometheus.yml")).toBe(`${read("prometheus/prometheus.yml")}${stdout}`);
});
