// Measures the CPU of a warm pass against two other clients, for `npm run bench`.

import { cpus } from "node:os";
import { startApiServer } from "./api-server.ts";
import { type Passes, startCandidate } from "./candidate.ts";
import { reportDeadCost } from "./dead-cost.ts";
import { reportFleetCost } from "./fleet-cost.ts";
import { compare } from "./measure.ts";

const GOAL = 1.1;
const SHARD = 25;

const server = await startApiServer();
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
console.log("Each cluster: 1 × alerts (10), 3 × list (15 resources), nothing to write\n");
if (process.argv.includes("--fleet")) await reportFleetCost(server);
else if (process.argv.includes("--dead")) await reportDeadCost(server);
else {
  await report(`connections warm, ${SHARD} clusters at one time`, { clusters: SHARD, anew: false });
  await report("connections warm, one cluster alone", { clusters: 1, anew: false });
  await report("connections opened anew for each pass", { clusters: 1, anew: true });
}
server.stop();

async function report(title: string, passes: Passes): Promise<void> {
  const [bare, product, clientNode] = await Promise.all(
    (["bare", "product", "clientNode"] as const).map((client) => startCandidate(client, server.started, passes)),
  );
  const productCost = await compare(product!, bare!, { rounds: 30, clusters: 200 });
  const clientNodeCost = await compare(clientNode!, bare!, { rounds: 5, clusters: 25 });
  for (const candidate of [bare!, product!, clientNode!]) candidate.close();
  console.log(title);
  console.table({
    bare: { "ms of CPU": productCost.unitMs, "× bare": 1 },
    alertstatus: { "ms of CPU": productCost.ms, "× bare": productCost.ratio, goal: `≤ ${GOAL.toFixed(2)}` },
    "client-node + fetch": { "ms of CPU": clientNodeCost.ms, "× bare": clientNodeCost.ratio },
  });
}
