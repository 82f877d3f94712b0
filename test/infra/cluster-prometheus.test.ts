import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { alertstatus } from "../cli/alertstatus.ts";
import { kymaRelabelling } from "../support/kyma-metrics.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "../../infra/cluster", path), "utf8");

test("the rules that are shipped are those of the code: npm run -s cli -- rules render > infra/cluster/prometheus/alertstatus.rules.yml", async () => {
  expect(read("prometheus/alertstatus.rules.yml")).toBe((await alertstatus(["rules", "render"])).stdout);
});

test("the Prometheus that is shipped relabels like that of the tests, and drops what no rule asks for before", () => {
  const [{ metric_relabel_configs: relabelling }] = parse(read("prometheus/prometheus.yml")).scrape_configs;
  const [keep, ...others] = relabelling;
  expect(keep).toMatchObject({ source_labels: ["__name__"], action: "keep" });
  expect(others).toEqual(kymaRelabelling);
});

test("the one that pushes has the same configuration, and what `receiver config` prints", async () => {
  const words = ["--format", "prometheus", "--cluster", "my-cluster", "--url", "https://receiver.example"];
  const { stdout } = await alertstatus(["receiver", "config", ...words]);
  expect(read("prometheus-push/prometheus.yml")).toBe(`${read("prometheus/prometheus.yml")}${stdout}`);
});
