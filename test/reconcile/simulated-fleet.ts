import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connector } from "../../functions/cluster/connect.ts";
import type { Proofs } from "../../functions/cluster/source.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import type { Clock } from "../../functions/core/time.ts";
import type { Logins } from "../../functions/io/auth/logins.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";

/** A cluster of the fleet; without `alerts`, its alerts are read where the profile says. */
export type Member = { readonly name: string; readonly api: Simulator; readonly alerts?: object };

export type SimulatedFleet = {
  /** One pass of a warm process: what it has proven of each source is kept in `proofs`, and what it has read of logins in `logins`. A cold one starts with none. */
  pass(proofs?: Proofs, clock?: Clock, logins?: Logins): Promise<readonly ClusterOutcome[]>;
  close(): Promise<void>;
};

export async function openFleet(members: readonly Member[]): Promise<SimulatedFleet> {
  const folder = await mkdtemp(join(tmpdir(), "fleet-"));
  const clusters = members.map(({ name, api, alerts }) => ({
    name,
    kubernetes: { server: api.url, auth: { token: { file: name } } },
    ...(alerts && { alerts }),
  }));
  for (const { name, api } of members) await writeFile(join(folder, name), api.token);
  const fleet = parseFleet({ clusters });
  if (fleet.wrong.length > 0) throw new Error(JSON.stringify(fleet.wrong));
  const connections = openConnections();
  return {
    pass: (proofs, clock, logins) => reconcileFleet(fleet, { connect: connector({ connections, folder, proofs, clock, logins }), clock }),
    async close() {
      await connections.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function startSimulators(count: number): Promise<readonly Simulator[]> {
  return Promise.all(Array.from({ length: count }, () => startSimulator()));
}

/** What a simulator was asked for, how often: each path without its query, and `service proxy` in place of the way there. */
export async function countRequests(simulator: Simulator, run: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  const before = simulator.requests.length;
  await run();
  const counts: Record<string, number> = {};
  for (const { method, path } of simulator.requests.slice(before)) {
    const what = `${method} ${path.replace(/^.*\/proxy|\?.*$|^.*\/v1beta1/g, "").replace(/\?.*$/, "")}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

/** What a pass says of each resource, in words: what became of it, its status, and why. */
export function describeOutcomes(outcomes: readonly ClusterOutcome[]): readonly string[] {
  return outcomes.flatMap(({ cluster, resources }) => resources.map((resource) => `${cluster}: ${describeOutcome(resource)}`));
}

function describeOutcome(outcome: ResourceOutcome): string {
  if ("why" in outcome) return `${outcome.was}, ${outcome.why}`;
  if ("code" in outcome) return `${outcome.was}, ${outcome.code}`;
  return [outcome.was, outcome.condition.status, ...outcome.because].join(", ");
}
