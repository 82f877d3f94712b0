// Holds the packaged function, in the memory that it is deployed with, to leaving the others as they are, whatever one member does.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { buildFunctions } from "../../infra/build.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { type Lambda, startLambda } from "../support/lambda.ts";
import { PATIENTLY } from "../support/patience.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { attacks, backtracking } from "./attacks.ts";
import { type Behind, withoutTime } from "./fault.ts";

const MAX_MEGABYTES = 512;
// As Lambda starts Node: nine tenths and a twentieth of the memory.
const GUARD = "--max-old-space-size=460 --max-semi-space-size=25";
const VICTIMS = ["well", "throttled", "silent"];

let folder: string;
let lambda: Lambda;
let victims: readonly Simulator[];
let attackers: readonly Behind[];
let untouched: readonly ClusterOutcome[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "packaged-"));
  const [[bundle]] = await Promise.all([buildFunctions(folder, ["functions/reconcile.ts"]), open()]);
  writeFileSync(join(folder, "fleet.json"), JSON.stringify({ clusters: members(), profiles: { backtracking } }));
  const environment = { FLEET: `file:${join(folder, "fleet.json")}`, TOKEN: victims[0]!.token, NODE_OPTIONS: GUARD };
  lambda = await startLambda(join(folder, `${bundle?.name}/${bundle?.name}.mjs`), environment);
  untouched = await reconcile(VICTIMS);
});
afterAll(async () => {
  await lambda?.end();
  for (const { close } of [...(victims ?? []), ...(attackers ?? [])]) await close();
  rmSync(folder, { recursive: true });
});

const nameOf = (index: number) => `attacker-${index}`;

test("victims have three outcomes that differ", () => {
  expect(untouched).toMatchObject([
    { resources: [{ was: "patched", condition: { status: "True" } }] },
    { resources: [{ was: "patched", condition: { status: "False" } }] },
    { resources: [] },
  ]);
});

test.each(attacks.map(({ name }, index) => ({ name, index })))("beside a member that $name", async ({ index }) => {
  const outcomes = await reconcile([nameOf(index), ...VICTIMS]);
  expect(outcomes.map(({ cluster }) => cluster)).toContain(nameOf(index));
  expect(outcomes.filter(({ cluster }) => cluster !== nameOf(index)).map(withoutTime)).toEqual(untouched.map(withoutTime));
});

// How many ticks it takes until there is time left for each victim depends on the machine: the verdicts do not.
test("beside all of them at once", async () => {
  const beside = async () => {
    const outcomes = await reconcile([...VICTIMS, ...[...attacks.keys()].map(nameOf)]);
    expect(outcomes.length).toBe(attacks.length + VICTIMS.length);
    return outcomes.filter(({ cluster }) => VICTIMS.includes(cluster)).map(conditionsOf);
  };
  await expect.poll(beside, PATIENTLY).toEqual(untouched.map(conditionsOf));
});

function conditionsOf({ resources }: Pick<ClusterOutcome, "resources">): readonly unknown[] {
  return resources.map((resource) => "condition" in resource && resource.condition);
}

async function open(): Promise<void> {
  victims = await Promise.all(VICTIMS.map(() => startSimulator()));
  attackers = await Promise.all(attacks.map((attack) => attack.open()));
}

function members(): readonly object[] {
  const auth = { token: { env: "TOKEN" } };
  return [
    ...attackers.map(({ url, more }, index) => ({ name: nameOf(index), kubernetes: { server: url, auth }, ...more })),
    ...victims.map(({ url }, index) => ({ name: VICTIMS[index], kubernetes: { server: url, auth }, alerts: { url, proof: "none" } })),
  ];
}

/** What becomes of these clusters, each victim as it is at first, and in how much memory. */
async function reconcile(clusters: readonly string[]): Promise<readonly ClusterOutcome[]> {
  for (const [index, victim] of victims.entries()) {
    victim.remove("TracePipeline", "backend");
    if (index < 2) victim.put(aResource().object);
    victim.setAlerts(alertsBody({ firing: index === 1 ? [anAlert("TraceGatewayThrottling")] : [] }));
  }
  const { answer, error, megabytes } = await lambda.invoke({ clusters }, { remainingMs: 300_000 });
  expect(error).toBeUndefined();
  expect(megabytes).toBeLessThan(MAX_MEGABYTES);
  return Object(answer).clusters;
}
