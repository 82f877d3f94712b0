// Tries the rules of the catalogue on promtool: each profile's as they are rendered, and the traps of the operators one by one.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { shippedProfiles } from "../../functions/cli/catalogue.ts";
import { parseDurationMs } from "../../functions/core/time.ts";
import { renderRules } from "../../functions/rules/render.ts";
import { prometheusFolder } from "../support/real-prometheus.ts";
import { type Situation, situations } from "./catalogue-situations.ts";

const shipped = await shippedProfiles();
const own = shipped.filter(({ profile: { flows } }) => flows.some((flow) => "rows" in flow && flow.rows.some(({ expr }) => expr)));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-catalogue-rules-"));
  for (const { profile } of own) await writeFile(fileOf(profile.name), stringify(renderRules([profile]), { lineWidth: 0 }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const fileOf = (name: string) => join(folder, `${name}.yml`);

function promtool(...words: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(join(prometheusFolder(), "promtool"), words, { encoding: "utf8" });
  expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
}

test("the rules of all profiles pass every lint of promtool", () => {
  promtool("check", "rules", "--lint=all", "--lint-fatal", ...own.map(({ profile }) => fileOf(profile.name)));
});

describe.each(own)("the rules of the profile $profile.name", ({ profile }) => {
  const { name, flows } = profile;
  const table = situations[name] ?? [];

  test("are each tried in some situation", () => {
    const rules = flows.flatMap((flow) => ("rows" in flow ? flow.rows : [])).flatMap(({ alert, expr }) => (expr ? [alert] : []));
    const tried = table.flatMap(({ fires }) => fires.map((alert) => alert.replace(/\{.*/, "")));
    expect(rules.filter((alert) => !tried.includes(alert))).toEqual([]);
  });

  test("fire as they should in each situation", async () => {
    // An hour longer than the longest of its waits, and evaluated as often as these want it.
    const waitsMs = flows.flatMap((flow) =>
      "rows" in flow ? flow.rows.map((row) => parseDurationMs(row.for ?? profile.rules?.for ?? "0s")) : [],
    );
    const longestMs = Math.max(...waitsMs);
    const every = waitsMs.every((waitMs) => waitMs % 300_000 === 0) ? "5m" : "1m";
    const after = `${longestMs / 60_000 + 60}m`;
    const file = join(folder, `${name}.json`);
    const document = {
      rule_files: [fileOf(name)],
      evaluation_interval: every,
      tests: table.map((situation) => promtoolTest(situation, after)),
    };
    await writeFile(file, JSON.stringify(document));
    promtool("test", "rules", file);
  });
});

function promtoolTest({ when, series, fires }: Situation, after: string): object {
  const input_series = Object.entries(series).map(([of, values]) => ({ series: of, values }));
  const expr = 'ALERTS{alertstate="firing",alertname!="AlertstatusWatchdog"}';
  const exp_samples = fires.map((alert) => {
    const [, alertname = "", labels = ""] = /^(\w+)\{(.*)\}$/.exec(alert) ?? [];
    return { labels: `ALERTS{alertname="${alertname}",alertstate="firing"${labels && `,${labels}`}}`, value: 1 };
  });
  return { name: when, interval: "1m", input_series, promql_expr_test: [{ expr, eval_time: after, exp_samples }] };
}
