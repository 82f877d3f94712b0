// Measures the cost of a cluster in fleets of every size, for `npm run bench -- --fleet`.

import { createServer } from "node:net";
import { connector } from "../../../functions/cluster/connect.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../../functions/reconcile/fleet.ts";
import type { ApiServer } from "./api-server.ts";
import { type Figure, percentOf } from "./figure.ts";
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

/** What a cluster costs in fleets of different sizes. Every run opens its connections anew. */
export async function measureSizes(server: ApiServer): Promise<readonly Figure[]> {
  const urls = server.urls(LARGE);
  await repeat(100, () => run(server, urls.slice(0, 10)));
  const costs: { size: number; cpuMs: number }[] = [];
  for (const size of ORDER) {
    const runs = await repeat(MIN_CLUSTERS / size, () => run(server, urls.slice(0, size)));
    costs.push({ size, cpuMs: mean(runs.map(({ cpuMs }) => cpuMs)) / size });
  }
  const bySize = [...SIZES, LARGE].map((size) => ({
    size,
    cpuMs: mean(costs.filter((cost) => cost.size === size).map(({ cpuMs }) => cpuMs)),
  }));
  const middle = mean(bySize.map(({ cpuMs }) => cpuMs));
  return bySize.map(({ size, cpuMs }) => ({
    what: `CPU of a cluster in a fleet of ${size} (mean ${rounded(middle)} ms)`,
    value: rounded(cpuMs),
    unit: `ms, ${signed(percentOf(cpuMs, middle))} %`,
    goal: "within 10 % of the mean",
    isMet: Math.abs(percentOf(cpuMs, middle)) <= 10,
  }));
}

/** What dead clusters cost the others of a cold run. */
export async function measureBesideDead(server: ApiServer): Promise<readonly Figure[]> {
  const urls = server.urls(FLEET);
  const dead = await startDead();
  // Every tenth is dead: the one half refuses connections, the other accepts them and stays silent.
  const mixed = urls.map((url, index) => (index % 10 === 0 ? url.replace(/:\d+$/, `:${dead.ports[(index / 10) % 2]}`) : url));
  const well = urls.filter((_, index) => index % 10 !== 0);
  const rounds: { alone: Run; beside: Run }[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push({ alone: await run(server, well), beside: await run(server, mixed) });
  dead.close();
  const more = (figure: keyof Run) => percentOf(median(rounds.map(({ alone, beside }) => beside[figure] / alone[figure])), 1);
  const beside = `of ${well.length} clusters beside ${urls.length - well.length} dead ones, against alone`;
  const goal = "at most 10 % more";
  return [
    { what: `time ${beside}`, value: more("wellMs"), unit: "% more", goal, isMet: more("wellMs") <= 10 },
    { what: `CPU ${beside}`, value: more("cpuMs"), unit: "% more", goal, isMet: more("cpuMs") <= 10 },
  ];
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

function signed(percent: number): string {
  return `${percent < 0 ? "" : "+"}${percent}`;
}
