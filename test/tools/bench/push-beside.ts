// Measures how long the push of a healthy cluster takes beside others that push and do not answer, for `npm run bench:push -- --beside`.

import { setTimeout as sleep } from "node:timers/promises";
import { startHangingLab } from "../../system/hanging-lab.ts";

const ROUNDS = 8;
const TOGETHER = 20;
const WITHIN_MS = 120_000;
const GOAL_MS = 1_000;

// Each round has clusters of its own: one that has failed a moment ago is not tried again.
const slow = Array.from({ length: ROUNDS }, (_, round) => `slow-${round}`);
const silent = Array.from({ length: ROUNDS }, (_, round) => Array.from({ length: TOGETHER }, (_, index) => `silent-${round}-${index}`));

/** Prints the time from the push of a healthy cluster, sent right after those of the others, to its status. */
export async function reportBeside(address: string): Promise<void> {
  const lab = await startHangingLab(address, slow, silent.flat());
  let isBroken = false;
  const once = async (others: readonly string[]) => {
    isBroken = !isBroken;
    lab.setBroken(isBroken);
    await Promise.all(others.map(lab.push));
    const startedAt = performance.now();
    await lab.push("well");
    while (lab.status() !== (isBroken ? "False" : "True")) {
      if (performance.now() - startedAt > WITHIN_MS) throw new Error(`no status within ${WITHIN_MS} ms`);
      await sleep(1);
    }
    const tookMs = performance.now() - startedAt;
    await sleep(2_000);
    return tookMs;
  };
  try {
    // Until there is a warm process for each message that waits.
    for (let round = 0; round < 3; round++) await once(Array.from({ length: 5 }, () => "well"));
    await report("alone", () => once([]));
    await report("beside one that hangs", (round) => once([slow[round] ?? ""]));
    await report(`beside ${TOGETHER} that cannot be reached`, (round) => once(silent[round] ?? []));
  } finally {
    await lab.stop();
  }
}

async function report(what: string, measure: (round: number) => Promise<number>): Promise<void> {
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round++) figures.push(await measure(round));
  const sorted = figures.toSorted((one, other) => one - other).map((ms) => `${ms.toFixed(0)} ms`);
  console.log(`push of a healthy cluster → status, ${what.padEnd(34)} ${sorted.join(", ")} (goal: ≤ ${GOAL_MS} ms)`);
}
