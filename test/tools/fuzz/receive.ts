import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { attack } from "./property.ts";

const RUNS = 100_000;
const MOST_KEPT_MB = 64;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");
const heapMb = () => {
  collectGarbage();
  return Math.round(process.memoryUsage().heapUsed / 1_048_576);
};

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 31);
console.log(`seed ${seed} (to run it again: npm run fuzz -- ${seed})`);
const before = heapMb();
const startedAt = performance.now();
const { statuses, events } = await attack({ seed, numRuns: RUNS });
const kept = heapMb() - before;
const seconds = Math.round((performance.now() - startedAt) / 1_000);
console.table(Object.fromEntries([...statuses].toSorted(([one], [other]) => one - other)));
console.log(`${RUNS} requests in ${seconds} s, ${events} events; the heap grew by ${kept} MB`);
if (kept > MOST_KEPT_MB) throw new Error(`${kept} MB were kept`);
