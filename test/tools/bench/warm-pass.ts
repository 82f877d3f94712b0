// Measures what a pass takes of the CPU against other clients, for `npm run bench`: warm in one process, and cold in whole processes.

import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { startApiServer } from "./api-server.ts";
import { type Passes, startCandidate } from "./candidate.ts";
import { reportDeadCost } from "./dead-cost.ts";
import { printFigures } from "./figure.ts";
import { measureBesideDead, measureSizes } from "./fleet-cost.ts";
import { compare } from "./measure.ts";
import { measureProcesses } from "./processes.ts";
import { measureCentral, measureJudging, measureMemory } from "./scale.ts";

const SHARD = 25;

const { values: chosen } = parseArgs({
  options: {
    fleet: { type: "boolean" },
    dead: { type: "boolean" },
    processes: { type: "boolean" },
    output: { type: "string", short: "o", default: "table" },
  },
});
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, date: new Date().toISOString().slice(0, 10) };
const server = await startApiServer();
if (chosen.output !== "json") console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.date}`);
if (chosen.fleet) await reportScale();
else if (chosen.dead) await reportDeadCost(server);
else await reportCosts();
server.stop();

async function reportScale(): Promise<void> {
  const fleets = [...(await measureSizes(server)), ...(await measureMemory(server)), ...(await measureBesideDead(server))];
  printFigures(machine, [...fleets, ...(await measureJudging()), ...(await measureCentral(server))], chosen.output);
}

async function reportCosts(): Promise<void> {
  const passes = chosen.processes ? [] : await measurePasses();
  const programs = await measureProcesses(server.started);
  if (chosen.output === "json") return console.log(JSON.stringify({ ...machine, passes, programs }));
  if (passes.length > 0) console.log("One process. Each cluster: 1 × alerts (10), 3 × list (15 resources), nothing to write");
  for (const { title, clients } of passes) {
    console.log(title);
    console.table(Object.fromEntries(clients.map((one) => [one.client, columnsOf(one)])));
  }
  console.log("Whole processes, cold, over TLS. Each cluster: an origin of its own, 1 × alerts, 3 × list, 1 × rules, 1 × start time");
  const rows = programs.map((one) => [one.program, { ...columnsOf(one), "ms before the first": one.startMs }] as const);
  console.table(Object.fromEntries(rows));
}

function columnsOf({ clusterMs, timesBare }: { readonly clusterMs: number; readonly timesBare: number }) {
  return { "ms of CPU a cluster": clusterMs, "× bare": timesBare };
}

async function measurePasses() {
  return [
    await measure(`connections warm, ${SHARD} clusters at one time`, { clusters: SHARD, anew: false }),
    await measure("connections warm, one cluster alone", { clusters: 1, anew: false }),
    await measure("connections opened anew for each pass", { clusters: 1, anew: true }),
  ];
}

async function measure(title: string, passes: Passes) {
  const [bare, product, clientNode] = await Promise.all(
    (["bare", "product", "clientNode"] as const).map((client) => startCandidate(client, server.started, passes)),
  );
  const productCost = await compare(product!, bare!, { rounds: 30, clusters: 200 });
  const clientNodeCost = await compare(clientNode!, bare!, { rounds: 5, clusters: 25 });
  for (const candidate of [bare!, product!, clientNode!]) candidate.close();
  const clients = [
    { client: "bare undici pool", clusterMs: productCost.unitMs, timesBare: 1 },
    { client: "alertstatus", clusterMs: productCost.ms, timesBare: productCost.ratio },
    { client: "client-node + fetch", clusterMs: clientNodeCost.ms, timesBare: clientNodeCost.ratio },
  ];
  return { title, clients };
}
