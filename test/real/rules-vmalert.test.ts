// The rendered rules pass vmalert's own check, with and without what its older versions do not know.

import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { type RenderOptions, renderRules } from "../../functions/rules/render.ts";
import { part, programOf } from "../tools/parts/parts.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rules-vmalert-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.each<{ what: string; options: RenderOptions }>([
  { what: "as they are", options: {} },
  { what: "that tell clusters apart", options: { by: ["cluster"] } },
  { what: "with static labels, for an older evaluator", options: { labels: { cluster: "a" }, withoutKeepFiringFor: true } },
])("vmalert takes the rules $what", async ({ options }) => {
  const file = join(folder, "rules.yml");
  await writeFile(file, JSON.stringify(renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }], options)));
  const { status, stderr } = spawnSync(programOf(part("victoria-metrics"), "vmalert"), ["-dryRun", `-rule=${file}`], { encoding: "utf8" });
  expect({ status, problems: stderr.split("\n").filter((line) => /\b(error|fatal|panic)\b/.test(line)) }).toEqual({
    status: 0,
    problems: [],
  });
});
