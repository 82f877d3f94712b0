// Runs the packaged function, in the memory that it is deployed with, over members that attack it and victims beside them.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { startLambda } from "../support/lambda.ts";
import { builtPackage } from "../support/made-once.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { type Attack, backtracking } from "./attacks.ts";
import { withoutTime } from "./fault.ts";

const MAX_MEGABYTES = 512;
// As Lambda starts Node: nine tenths and a twentieth of the memory.
export const GUARD = "--max-old-space-size=460 --max-semi-space-size=25";
const VICTIMS = ["well", "throttled", "silent"];

export type PackagedLab = {
  /** What becomes of the victims alone: three outcomes that differ. */
  readonly untouched: readonly ClusterOutcome[];
  /** What becomes of the victims beside these attackers, by their places; each victim is as it is at first. */
  beside(...attackers: readonly number[]): Promise<readonly ClusterOutcome[]>;
  close(): Promise<void>;
};

const nameOf = (index: number) => `attacker-${index}`;

export async function startPackagedLab(attacks: readonly Attack[]): Promise<PackagedLab> {
  const folder = mkdtempSync(join(tmpdir(), "packaged-"));
  const [built, victims, attackers] = await Promise.all([
    builtPackage(),
    Promise.all(VICTIMS.map(() => startSimulator())),
    Promise.all(attacks.map((attack) => attack.open())),
  ]);
  const auth = { token: { env: "TOKEN" } };
  const clusters = [
    ...attackers.map(({ url, more }, index) => ({ name: nameOf(index), kubernetes: { server: url, auth }, ...more })),
    ...victims.map(({ url }, index) => ({ name: VICTIMS[index], kubernetes: { server: url, auth }, alerts: { url, proof: "none" } })),
  ];
  writeFileSync(join(folder, "fleet.json"), JSON.stringify({ clusters, profiles: { backtracking } }));
  const environment = { FLEET: `file:${join(folder, "fleet.json")}`, TOKEN: victims[0]!.token, NODE_OPTIONS: GUARD };
  const lambda = await startLambda(join(built, "reconcile.mjs"), environment);
  const beside = async (...indexes: readonly number[]) => {
    restore(victims);
    const names = indexes.map(nameOf);
    const { answer, error, megabytes } = await lambda.invoke({ clusters: [...names, ...VICTIMS] }, { remainingMs: 300_000 });
    expect(error).toBeUndefined();
    expect(megabytes).toBeLessThan(MAX_MEGABYTES);
    const outcomes: readonly ClusterOutcome[] = Object(answer).clusters;
    expect(outcomes.map(({ cluster }) => cluster).toSorted()).toEqual([...names, ...VICTIMS].toSorted());
    return outcomes.filter(({ cluster }) => VICTIMS.includes(cluster));
  };
  return {
    untouched: await beside(),
    beside,
    async close() {
      await lambda.end();
      for (const { close } of [...victims, ...attackers]) await close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Holds a lab to the outcomes of its victims beside one attacker. */
export async function expectUntouched({ untouched, beside }: PackagedLab, index: number): Promise<void> {
  expect((await beside(index)).map(withoutTime)).toEqual(untouched.map(withoutTime));
}

function restore(victims: readonly Simulator[]): void {
  for (const [index, victim] of victims.entries()) {
    victim.remove("TracePipeline", "backend");
    if (index < 2) victim.put(aResource().object);
    victim.setAlerts(alertsBody({ firing: index === 1 ? [anAlert("TraceGatewayThrottling")] : [] }));
  }
}
