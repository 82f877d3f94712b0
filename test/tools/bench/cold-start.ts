// Measures the cold start of each function, for `npm run bench:cold`.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildFunctions } from "../../../infra/build.ts";
import { median, rounded } from "./measure.ts";

// What loading a function costs above bare Node: each in fresh processes, taking turns with bare Node on the same machine.
// The CPU time tells more than the clock where others are at work too.
const ROUNDS = 31;
const MAX_MS = 35;
const ENVIRONMENT = {
  STAGE: "bench",
  FLEET: "file:fleet.yml",
  BUS: "alertstatus",
  RECEIVER_SECRET: "env:RECEIVER_SECRET",
  STATE_TABLE: "alertstatus-bench",
  PAGE: "s3://alertstatus-bench/index.html",
  AWS_REGION: "eu-central-1",
};
const END = "const { user, system } = process.cpuUsage(); process.stdout.write(String((user + system) / 1000)); process.exit();";

type Start = { readonly ms: number; readonly cpuMs: number };

const folder = mkdtempSync(join(tmpdir(), "alertstatus-cold-"));
try {
  const names = (await buildFunctions(folder)).map(({ name }) => name);
  const figures = new Map(names.map((name) => [name, measure(pathToFileURL(join(folder, name, `${name}.mjs`)).href)]));
  console.table(Object.fromEntries(figures));
  const { "ms above bare node": ms = Number.NaN } = figures.get("reconcile") ?? {};
  console.log(`reconcile: ${ms} ms above bare node; the goal is at most ${MAX_MS} ms`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure(bundle: string) {
  const loading = `import ${JSON.stringify(bundle)};`;
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const before = round % 2 === 0 ? start(loading) : undefined;
    const bare = start("");
    return { bare, loaded: before ?? start(loading) };
  });
  const middle = (figure: (bare: Start, loaded: Start) => number) =>
    rounded(median(rounds.map(({ bare, loaded }) => figure(bare, loaded))));
  return {
    "ms above bare node": middle((bare, loaded) => loaded.ms - bare.ms),
    "times bare node": middle((bare, loaded) => loaded.ms / bare.ms),
    "bare node, ms": middle((bare) => bare.ms),
    "CPU ms above bare node": middle((bare, loaded) => loaded.cpuMs - bare.cpuMs),
  };
}

function start(program: string): Start {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program + END], {
    env: ENVIRONMENT,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return { ms: performance.now() - startedAt, cpuMs: Number(stdout) };
}
