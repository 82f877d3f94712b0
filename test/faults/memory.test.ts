// Holds the function to its memory, whatever several members of a fleet store, and to what it does for the others meanwhile.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { aResource } from "../support/builders.ts";
import { aBatch, startLambda } from "../support/lambda.ts";
import { aTick } from "../support/queue-messages.ts";
import { startSimulator } from "../support/simulator.ts";
import { memoryAttacks } from "./attacks.ts";
import { type Odd, openApi } from "./fault.ts";
import { GUARD } from "./packaged-lab.ts";

const MAX_MEGABYTES = 512;
const folder = mkdtempSync(join(tmpdir(), "memory-"));
afterAll(() => rmSync(folder, { recursive: true }));

const LARGEST = memoryAttacks["has 30,000 alerts about 45,000 objects"];

// test/faults/packaged.test.ts has one member of every kind.
test("the function stays below its memory beside four members of which each has very many objects, and alerts about them", async () => {
  expect(await peakBeside([LARGEST, LARGEST, LARGEST, LARGEST])).toBeLessThan(MAX_MEGABYTES);
});

/** The most memory of a process that looks twice at these members and one that is well, in megabytes. */
async function peakBeside(attacks: readonly (Odd | undefined)[]): Promise<number> {
  const victim = await startSimulator();
  victim.put(aResource().object);
  const attackers = await Promise.all(attacks.map((odd) => openApi(odd)));
  onTestFinished(async () => {
    for (const { close } of [victim, ...attackers]) await close();
  });
  const auth = { token: { env: "TOKEN" } };
  const clusters = [
    ...attackers.map(({ url, more }, index) => ({
      name: `attacker-${index}`,
      mode: "observe",
      kubernetes: { server: url, auth },
      ...more,
    })),
    { name: "victim", kubernetes: { server: victim.url, auth }, alerts: { url: victim.url, proof: "none" } },
  ];
  writeFileSync(join(folder, "fleet.json"), JSON.stringify({ clusters }));
  const lambda = await startLambda("reconcile", { FLEET: `file:${join(folder, "fleet.json")}`, TOKEN: victim.token, NODE_OPTIONS: GUARD });
  const tick = () => aBatch(aTick(clusters.map(({ name }) => name)));
  await lambda.invoke(tick(), { remainingMs: 300_000 });
  const { answer, megabytes } = await lambda.invoke(tick(), { remainingMs: 300_000 });
  expect(answer).toEqual({ batchItemFailures: [] });
  const { lines } = await lambda.end();
  // Whether there is time left for it depends on the machine.
  const complaints = lines.filter(({ cluster, level }) => cluster === "victim" && level !== "INFO");
  expect(complaints.filter((line) => !/"code":"(timeout|out-of-time)"/.test(JSON.stringify(line)))).toEqual([]);
  return megabytes;
}
