// Measures what one more cluster costs a whole process that begins cold, for `npm run bench -- --processes`.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { CONCURRENCY } from "../../../functions/core/limits.ts";
import { OPTIONS } from "../../../infra/build.ts";
import { missingOf } from "../parts/tools.ts";
import { type ApiServer, apiServerAt } from "./api-server.ts";
import { GROUP, PROXY, plurals, VERSION } from "./bodies.ts";
import { median, rounded } from "./measure.ts";
import type { OnePass } from "./one-pass.ts";
import type { Started } from "./server.ts";

const [FEW, MANY] = [100, 400];
const ROUNDS = 7;

/** A program whose processes are measured: answers the milliseconds of CPU that one over so many clusters took, user and system. */
type Program = { readonly name: string; readonly cpuMs: (clusters: number) => number };

/** Milliseconds of CPU that one program takes for each further cluster, and before the first; medians over the rounds. */
type Row = { readonly program: string; readonly clusterMs: number; readonly timesBare: number; readonly startMs: number };

/** Every program looks at a few clusters and at many, in processes that take turns; the slope between the two is the cost of a cluster. */
export async function measureProcesses(started: Started): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "alertstatus-bench-"));
  try {
    const programs = [...(await nodePrograms(folder, started)), ...goPrograms(folder, started)];
    const rounds = Array.from({ length: ROUNDS }, (_, round) => {
      const order = round % 2 === 0 ? programs : programs.toReversed();
      return new Map(order.map(({ name, cpuMs }) => [name, { few: cpuMs(FEW), many: cpuMs(MANY) }]));
    });
    return programs.map(({ name }) => rowOf(name, rounds));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Round = ReadonlyMap<string, { readonly few: number; readonly many: number }>;

function rowOf(program: string, rounds: readonly Round[]): Row {
  const slope = (round: Round, name: string) => (round.get(name)!.many - round.get(name)!.few) / (MANY - FEW);
  const middle = (figure: (round: Round) => number) => rounded(median(rounds.map(figure)));
  return {
    program,
    clusterMs: middle((round) => slope(round, program)),
    timesBare: middle((round) => slope(round, program) / slope(round, "bare undici pool")),
    startMs: middle((round) => round.get(program)!.few - FEW * slope(round, program)),
  };
}

// Bundled as the functions are, so that a process does what a function does; the bare pool needs what is left out of undici there.
async function nodePrograms(folder: string, started: Started): Promise<readonly Program[]> {
  await build({ ...OPTIONS, plugins: [], entryPoints: [join(import.meta.dirname, "one-pass.ts")], outdir: folder });
  const programOf = (name: string, client: OnePass["client"]): Program => ({
    name,
    cpuMs: (clusters) => figureOf(process.execPath, [join(folder, "one-pass.mjs")], { client, clusters, started } satisfies OnePass),
  });
  return [programOf("bare undici pool", "bare"), programOf("alertstatus", "product")];
}

// Only where Go is installed.
function goPrograms(folder: string, started: Started): readonly Program[] {
  if (missingOf(["go"]).size > 0) return [];
  const binary = join(folder, "one-pass");
  const { status, stderr } = spawnSync("go", ["build", "-o", binary, "."], { cwd: join(import.meta.dirname, "go"), encoding: "utf8" });
  if (status !== 0) throw new Error(`go build: ${stderr}`);
  const { urls, ca, token }: ApiServer = apiServerAt(started);
  const address = `127.0.0.1:${started.port}`;
  const work = { address, ca, token, proxy: PROXY, group: GROUP, version: VERSION, plurals, concurrency: CONCURRENCY };
  return [{ name: "client-go + client_golang", cpuMs: (clusters) => figureOf(binary, [], { ...work, urls: urls(clusters) }) }];
}

function figureOf(command: string, words: readonly string[], input: object): number {
  const { status, stdout, stderr } = spawnSync(command, words, { input: JSON.stringify(input), encoding: "utf8" });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return Number(stdout);
}
