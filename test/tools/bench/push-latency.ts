// Measures the time from a push to the patched status, for `npm run bench:push`.

import { cpus, networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ownAddress } from "../../support/own-address.ts";
import { CONDITION, PROXIED_ADDRESS, startPushLab } from "../../system/push-lab.ts";
import { watchStatus } from "../../system/status-watch.ts";
import { reportBeside } from "./push-beside.ts";
import { measureStorm } from "./push-storm.ts";

const WARM_UP = 4;
const TRANSITIONS = 40;
const WITHIN_MS = 10_000;

/** One transition, in milliseconds: from the push's arrival to each of its stations. */
type Transition = { readonly answered: number; readonly read: number; readonly patched: number };

const { values: chosen } = parseArgs({
  options: { storm: { type: "boolean" }, beside: { type: "boolean" }, output: { type: "string", short: "o", default: "table" } },
});
if (chosen.storm) {
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version, date: new Date().toISOString().slice(0, 10) };
  const storm = { ...machine, ...(await measureStorm()) };
  if (chosen.output === "json") console.log(JSON.stringify(storm));
  else console.table(storm);
  process.exit(storm.right === storm.clusters ? 0 : 1);
}

// In a network namespace such as test/run.ts makes, the alerts are read as they mostly are.
const isProxied = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === PROXIED_ADDRESS));
if (chosen.beside) {
  await reportBeside(isProxied ? PROXIED_ADDRESS : ownAddress());
  process.exit();
}
const way = isProxied ? "service proxy" : "url";
const lab = await startPushLab(way);
const watch = await watchStatus(lab.kubernetes, CONDITION);
const transitions: Transition[] = [];
try {
  await sleep(2_000);
  for (let index = 0; index < WARM_UP + TRANSITIONS; index++) {
    const transition = await once(index % 2 === 0);
    if (index >= WARM_UP) transitions.push(transition);
  }
} finally {
  watch.close();
  await lab.stop();
}

console.log(`${TRANSITIONS} transitions, alerts read by ${way}`);
report("push → alerts asked for (receive, bus, queue, reconcile starts)", ({ read }) => read);
report("alerts asked for → patched (read, judge, write)", ({ read, patched }) => patched - read);
report("push → patched", ({ patched }) => patched);
report("push → answered (what a sender waits for)", ({ answered }) => answered);
process.exit();

/** The alert begins to fire, or is over. */
async function once(isBroken: boolean): Promise<Transition> {
  lab.receiver.passages.length = 0;
  lab.alerts.passages.length = 0;
  const before = watch.heard.length;
  lab.setBroken(isBroken);
  const patchedAt = await heardOf(isBroken ? "False" : "True", before);
  while (lab.receiver.passages.length === 0) await sleep(1);
  const [push] = lab.receiver.passages;
  const [read] = lab.alerts.passages;
  if (push?.status !== 202 || read === undefined) throw new Error(`the push was answered ${push?.status}`);
  await sleep(100 + Math.random() * 400);
  return { answered: push.answeredAt - push.cameAt, read: read.cameAt - push.cameAt, patched: patchedAt - push.cameAt };
}

async function heardOf(status: string, after: number): Promise<number> {
  const deadline = performance.now() + WITHIN_MS;
  while (performance.now() < deadline) {
    const found = watch.heard.slice(after).find((heard) => heard.status === status);
    if (found !== undefined) return found.at;
    await sleep(1);
  }
  throw new Error(`no ${status} within ${WITHIN_MS} ms`);
}

function report(what: string, of: (transition: Transition) => number): void {
  const sorted = transitions.map(of).toSorted((one, other) => one - other);
  const at = (share: number) => `${(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1)} ms`;
  console.log(`${what.padEnd(66)} p50 ${at(0.5).padStart(9)}   p90 ${at(0.9).padStart(9)}   p99 ${at(0.99).padStart(9)}`);
}
