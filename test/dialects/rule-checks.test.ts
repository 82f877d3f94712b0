// The rendered rules pass the checks of servers that only a run with `--all` has.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { type RenderOptions, renderRules } from "../../functions/rules/render.ts";
import { startCortex } from "../support/real-cortex.ts";
import { locate, part, programOf } from "../tools/parts/parts.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rule-checks-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const rendered = (options: RenderOptions) => renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }], options);
const variants: readonly { what: string; options: RenderOptions }[] = [
  { what: "as they are", options: {} },
  { what: "that tell clusters apart", options: { by: ["cluster"] } },
  { what: "with static labels, for an older evaluator", options: { labels: { cluster: "a" }, withoutKeepFiringFor: true } },
];
const debian = part("victoria-metrics-1.79");
const checks = [
  { who: "promtool 2.42", of: part("prometheus-2.42"), program: "promtool", words: (file: string) => ["check", "rules", file] },
  { who: "thanos tools", of: part("thanos"), program: "thanos", words: (file: string) => ["tools", "rules-check", `--rules=${file}`] },
  { who: "Debian's vmalert", of: debian, program: "vmalert", words: (file: string) => ["-dryRun", `-rule=${file}`] },
].filter(({ of }) => of !== debian || locate(debian) !== undefined);

// The older vmalert knows no `keep_firing_for`, and says so.
const cases = checks.flatMap((check) =>
  variants.map((variant) => ({ ...check, ...variant, isTaken: check.of !== debian || variant.options.withoutKeepFiringFor === true })),
);

test.each(cases)("$who takes the rules $what: $isTaken", async ({ of, program, words, options, isTaken }) => {
  const file = join(folder, "rules.yml");
  await writeFile(file, JSON.stringify(rendered(options)));
  const { status, stdout, stderr } = spawnSync(programOf(of, program), words(file), { encoding: "utf8" });
  expect({ isTaken: status === 0, said: status === 0 ? "" : stdout + stderr }).toEqual({
    isTaken,
    said: isTaken ? "" : expect.stringContaining("unknown fields in rule: keep_firing_for"),
  });
});

test("Cortex, by the limits of Mimir, takes the rules in each form", async () => {
  const cortex = await startCortex();
  try {
    for (const { options } of variants) await cortex.reload(rendered(options));
  } finally {
    await cortex.stop();
  }
});
