// Sends 100,000 hostile requests to the receiver and 900,000 odd documents to every parser, for `npm run fuzz`.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { fuzzParsers } from "./parsers.ts";
import { attack } from "./property.ts";

const RUNS = 100_000;
const PARSER_RUNS = 900_000;
const MAX_GROWTH_MB = 64;

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
const growthMb = heapMb() - before;
const seconds = Math.round((performance.now() - startedAt) / 1_000);
console.table(Object.fromEntries([...statuses].toSorted(([one], [other]) => one - other)));
console.log(`${RUNS} requests in ${seconds} s, ${events} events; the heap grew by ${growthMb} MB`);
if (growthMb > MAX_GROWTH_MB) throw new Error(`${growthMb} MB were not freed`);
console.table(Object.fromEntries(fuzzParsers({ seed, numRuns: PARSER_RUNS })));
console.log(`${PARSER_RUNS} documents, no crash and no block over 50 ms`);
