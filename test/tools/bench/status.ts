// Measures `status --stage` over the state of a large fleet, for `npm run bench:status`: the command as the package has it, in a process of its own.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPackage } from "../../../infra/package/build.ts";
import { awsEnvironment } from "../../support/event-bridge.ts";
import { startChild } from "./child.ts";
import { median, rounded } from "./measure.ts";

const CLUSTERS = 10_000;
const CONDITIONS = 3;
const ROUNDS = 5;
const MAX_MS = 1_500;
const COMMANDS: readonly (readonly string[])[] = [
  ["--version"],
  ["status", "--stage", "bench", "--not", "True"],
  ["status", "--stage", "bench"],
  ["status", "--stage", "bench", "-o", "json"],
  ["status", "--stage", "bench", "-o", "html"],
];

// Says at its end what the process took, beside its own output.
const TELL = `import { writeSync } from "node:fs"; process.on("exit", () => {
  const { user, system } = process.cpuUsage(); writeSync(3, String((user + system) / 1000)); });`;

const folder = mkdtempSync(join(tmpdir(), "alertstatus-status-"));
const table = startChild<string>("status-table.ts");
try {
  table.send({ clusters: CLUSTERS, conditions: CONDITIONS });
  const [url] = await Promise.all([table.answer(), buildPackage(folder)]);
  const environment = { ...awsEnvironment("http://127.0.0.1:1"), AWS_ENDPOINT_URL_DYNAMODB: url };
  const figures = COMMANDS.map((words) => [words.join(" "), measure(words, environment)] as const);
  console.log(`${CLUSTERS} clusters with ${CONDITIONS} conditions each, median and slowest of ${ROUNDS}; the goal is at most ${MAX_MS} ms`);
  console.table(Object.fromEntries(figures));
} finally {
  table.stop();
  rmSync(folder, { recursive: true, force: true });
}

function measure(words: readonly string[], environment: Readonly<Record<string, string>>) {
  const rounds = Array.from({ length: ROUNDS }, () => run(words, environment));
  const [ms, cpuMs] = [rounds.map((one) => one.ms), rounds.map((one) => one.cpuMs)];
  return { "ms (median)": rounded(median(ms)), "ms (slowest)": rounded(Math.max(...ms)), "CPU ms (median)": rounded(median(cpuMs)) };
}

function run(words: readonly string[], env: Readonly<Record<string, string>>) {
  const startedAt = performance.now();
  const program = ["--import", `data:text/javascript,${encodeURIComponent(TELL)}`, join(folder, "bin/alertstatus.cjs"), ...words];
  const stdio = ["ignore", "pipe", "pipe", "pipe"] as const;
  const { status, stderr, output } = spawnSync(process.execPath, program, {
    env,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    stdio: [...stdio],
  });
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return { ms: performance.now() - startedAt, cpuMs: Number(output[3]) };
}
