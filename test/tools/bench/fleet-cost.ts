// Measures the cost of a cluster in fleets of every size, for `npm run bench -- --fleet`.

import { createServer } from "node:net";
import { connector } from "../../../functions/cluster/connect.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../../functions/reconcile/fleet.ts";
import type { ApiServer } from "./api-server.ts";
import { fleetOf, HERE } from "./fleet.ts";
import { median, rounded } from "./measure.ts";

const LARGE = 10_000;
const SIZES = [10, 100, 1_000];
// There and back on both sides of the large one, so that a machine that gets slower or faster meets all sizes alike.
const ORDER = [...SIZES, ...SIZES.toReversed(), LARGE, ...SIZES, ...SIZES.toReversed()];
const MIN_CLUSTERS = 1_000;
const FLEET = 1_000;
const ROUNDS = 5;

/** What one run took: CPU of all clusters, and the time until the last of those that are well was done. */
type Run = { cpuMs: number; wellMs: number };

/** What a cluster costs in fleets of different sizes, and beside dead ones. Every run opens its connections anew. */
export async function reportFleetCost(server: ApiServer): Promise<void> {
  const urls = server.urls(LARGE);
  await repeat(100, () => run(server, urls.slice(0, 10)));
  await reportSizes(server, urls);
  await reportDead(server, urls.slice(0, FLEET));
}

async function reportSizes(server: ApiServer, urls: readonly string[]): Promise<void> {
  const costs: { size: number; each: Run }[] = [];
  for (const size of ORDER) {
    const runs = await repeat(MIN_CLUSTERS / size, () => run(server, urls.slice(0, size)));
    costs.push({ size, each: perCluster(runs, size) });
  }
  const bySize = [...SIZES, LARGE].map((size) => ({
    size,
    each: perCluster(costs.filter((cost) => cost.size === size).map(({ each }) => each)),
  }));
  const middle = mean(bySize.map(({ each }) => each.cpuMs));
  const row = ({ cpuMs, wellMs }: Run) => ({
    "ms of CPU each": rounded(cpuMs),
    "ms each": rounded(wellMs),
    "against the mean": percent(cpuMs / middle),
  });
  console.log("connections opened anew; the cost of one cluster by the size of its fleet (goal: each within 10 % of their mean)");
  console.table(Object.fromEntries(bySize.map(({ size, each }) => [`${size} clusters`, row(each)])));
}

function perCluster(runs: readonly Run[], clusters = 1): Run {
  return { cpuMs: mean(runs.map(({ cpuMs }) => cpuMs)) / clusters, wellMs: mean(runs.map(({ wellMs }) => wellMs)) / clusters };
}

async function reportDead(server: ApiServer, urls: readonly string[]): Promise<void> {
  const dead = await startDead();
  // Every tenth is dead: the one half refuses connections, the other accepts them and stays silent.
  const mixed = urls.map((url, index) => (index % 10 === 0 ? url.replace(/:\d+$/, `:${dead.ports[(index / 10) % 2]}`) : url));
  const well = urls.filter((_, index) => index % 10 !== 0);
  const rounds: { alone: Run; beside: Run }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ alone: await run(server, well), beside: await run(server, mixed) });
  dead.close();
  const ratioOf = (figure: keyof Run) => percent(median(rounds.map(({ alone, beside }) => beside[figure] / alone[figure])));
  console.log(`${well.length} clusters that are well, beside ${urls.length - well.length} dead ones against alone (goal: ≤ +10 %)`);
  console.table({ "until all that are well are done": ratioOf("wellMs"), "CPU of the whole run": ratioOf("cpuMs") });
}

async function run(server: ApiServer, urls: readonly string[]): Promise<Run> {
  const fleet = fleetOf(server, urls);
  const connections = openConnections({ resolve: (_host, _options, found) => found(null, HERE) });
  const before = process.cpuUsage();
  const startedAt = performance.now();
  let wellMs = 0;
  await reconcileFleet(fleet, {
    connect: connector({ connections, folder: "." }),
    onOutcome: ({ was }) => {
      if (was === "reconciled") wellMs = performance.now() - startedAt;
    },
  });
  await connections.close();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, wellMs };
}

/** One port that refuses connections, and one that accepts them and says nothing. */
async function startDead(): Promise<{ ports: readonly number[]; close: () => void }> {
  const [refusing, silent] = await Promise.all([listen(), listen()]);
  refusing.close();
  return { ports: [refusing.port, silent.port], close: silent.close };
}

function listen(): Promise<{ port: number; close: () => void }> {
  const server = createServer((socket) => socket.resume().on("error", () => socket.destroy()));
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ port: typeof address === "object" && address !== null ? address.port : 0, close: () => server.close() });
    });
  });
}

async function repeat<T>(times: number, act: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  do results.push(await act());
  while (results.length < times);
  return results;
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}

function percent(ratio: number): string {
  const change = Math.round((ratio - 1) * 1000) / 10;
  return `${change < 0 ? "" : "+"}${change} %`;
}
