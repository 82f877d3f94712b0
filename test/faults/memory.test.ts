// Holds the function to its memory, whatever several members of a fleet store, and to what it does for the others meanwhile.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { aBatch, startLambda } from "../support/lambda.ts";
import { aTick } from "../support/queue-messages.ts";
import { startSimulator } from "../support/simulator.ts";
import { type Odd, openApi } from "./fault.ts";

const MAX_MEGABYTES = 512;
// The process ends where its heap alone would need more.
const GUARD = "--max-old-space-size=400";
const folder = mkdtempSync(join(tmpdir(), "memory-"));
afterAll(() => rmSync(folder, { recursive: true }));

const item = (index: number, more = "") => `{"metadata":{"name":"n-${index}","resourceVersion":"1"}${more}}`;
const page = (count: number, more = "", next = "") =>
  `{"metadata":{"continue":"${next}"},"items":[${Array.from({ length: count }, (_, index) => item(index, more)).join()}]}`;
const CONDITIONS = `,"status":{"conditions":[{"type":"A","status":"True","message":"${"x".repeat(60_000)}"}]}`;
const alerts = JSON.stringify(
  alertsBody({ firing: Array.from({ length: 30_000 }, (_, index) => anAlert("TraceGatewayThrottling", { pipeline_name: `n-${index}` })) }),
);

const LARGEST = "has 30,000 alerts about 45,000 objects";

// Each text is made once: what is measured is the function, and this process should not be what is slow.
const text = (body: string) => () => ({ text: body });
const attacks: Readonly<Record<string, Odd>> = {
  "packs 100,000 tiny objects into a page": { list: text(page(100_000)) },
  "packs 45,000 tiny objects into each of its kinds": { list: text(page(45_000)) },
  "never ends a list of 40,000 objects a page": { list: text(page(40_000, "", "more")) },
  "never ends a list of objects with 60 KB of conditions": { list: text(page(120, CONDITIONS, "more")) },
  "has millions of empty lists": { list: text(`{"items":[${"[],".repeat(2_700_000)}[]]}`) },
  "nests two million deep": { list: text(`${"[".repeat(2_000_000)}${"]".repeat(2_000_000)}`) },
  [LARGEST]: { list: text(page(45_000)), alerts: text(alerts) },
};

test.each([
  { members: "four members of which each has very many objects, and alerts about them", names: Array.from({ length: 4 }, () => LARGEST) },
  { members: "one member of every kind", names: Object.keys(attacks) },
])("the function stays below its memory beside $members", async ({ names }) => {
  expect(await peakBeside(names)).toBeLessThan(MAX_MEGABYTES);
});

/** The most memory of a process that looks twice at these members and one that is well, in megabytes. */
async function peakBeside(names: readonly string[]): Promise<number> {
  const victim = await startSimulator();
  victim.put(aResource().object);
  const attackers = await Promise.all(names.map((name) => openApi(attacks[name])));
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
  expect(lines.filter(({ cluster }) => cluster === "victim")).toEqual([]);
  return megabytes;
}
