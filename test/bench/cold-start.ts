import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildFunctions } from "../../infra/build.ts";
import { median, rounded } from "./measure.ts";

// What loading a function costs above bare Node: each in fresh processes, taking turns with `node -e 0` on the same machine.
const ROUNDS = 31;
const MOST_MS = 60;
const ENVIRONMENT = { FLEET: "file:fleet.yml", BUS: "alertstatus", RECEIVER_SECRET: "env:RECEIVER_SECRET", AWS_REGION: "eu-central-1" };

const folder = mkdtempSync(join(tmpdir(), "alertstatus-cold-"));
try {
  const names = (await buildFunctions(folder)).map(({ name }) => name);
  const figures = new Map(names.map((name) => [name, measure(pathToFileURL(join(folder, name, `${name}.mjs`)).href)]));
  console.table(Object.fromEntries(figures));
  const { "ms above bare node": ms = Number.NaN } = figures.get("reconcile") ?? {};
  console.log(`reconcile: ${ms} ms above bare node; the goal is at most ${MOST_MS} ms`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measure(bundle: string) {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => {
    const isFirst = round % 2 === 0;
    const before = isFirst ? startMs(`import ${JSON.stringify(bundle)}; process.exit()`) : undefined;
    const bareMs = startMs("process.exit()");
    return { ms: before ?? startMs(`import ${JSON.stringify(bundle)}; process.exit()`), bareMs };
  });
  return {
    "ms above bare node": rounded(median(rounds.map(({ ms, bareMs }) => ms - bareMs))),
    "times bare node": rounded(median(rounds.map(({ ms, bareMs }) => ms / bareMs))),
    "bare node, ms": rounded(median(rounds.map(({ bareMs }) => bareMs))),
  };
}

function startMs(program: string): number {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    env: ENVIRONMENT,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - startedAt;
}
