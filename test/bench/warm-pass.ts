import { cpus } from "node:os";
import { startApiServer } from "./api-server.ts";
import { bare, type Client, clientNode, type Prepare, product } from "./clients.ts";
import { reportFleetCost } from "./fleet-cost.ts";
import { type Candidate, compare } from "./measure.ts";

const GOAL = 1.1;
const SHARD = 25;

const server = await startApiServer();
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
console.log("Each cluster: 1 × alerts (10), 3 × list (15 resources), nothing to write\n");
if (process.argv.includes("--fleet")) await reportFleetCost(server);
else {
  await report(`connections warm, ${SHARD} clusters at one time`, (prepare) => warm(prepare, SHARD));
  await report("connections warm, one cluster alone", (prepare) => warm(prepare, 1));
  await report("connections opened anew for each pass", cold);
}
server.stop();

function warm(prepare: Prepare, clusters: number): Candidate {
  return { ...prepare(server, clusters)(), clusters };
}

function cold(prepare: Prepare): Candidate {
  const open = prepare(server, 1);
  return { pass: () => once(open), close: async () => {}, clusters: 1 };
}

async function once(open: () => Client): Promise<void> {
  const { pass, close } = open();
  await pass();
  await close();
}

// The two are compared with bare apart from each other: what one leaves to the garbage collector, whoever comes next would pay for.
async function report(title: string, toCandidate: (prepare: Prepare) => Candidate): Promise<void> {
  const ours = await compare(toCandidate(product), toCandidate(bare), { rounds: 30, clusters: 200 });
  const theirs = await compare(toCandidate(clientNode), toCandidate(bare), { rounds: 5, clusters: 25 });
  console.log(title);
  console.table({
    bare: { "ms of CPU": ours.unitMs, "× bare": 1 },
    alertstatus: { "ms of CPU": ours.ms, "× bare": ours.ratio, goal: `≤ ${GOAL.toFixed(2)}` },
    "client-node + fetch": { "ms of CPU": theirs.ms, "× bare": theirs.ratio },
  });
}
