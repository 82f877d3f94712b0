// Measures what grows with a fleet and how: memory, judging, and a source that all of its clusters share, for `npm run bench -- --fleet`.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { clock } from "../../../functions/clock.ts";
import { connector } from "../../../functions/cluster/connect.ts";
import { openProofs } from "../../../functions/cluster/source.ts";
import type { ClusterOutcome } from "../../../functions/core/outcome/outcome.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { planWith } from "../../../functions/core/verdict/plan.ts";
import { openLogins } from "../../../functions/io/auth/logins.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../../functions/reconcile/fleet.ts";
import { planAll } from "../../../functions/reconcile/planning.ts";
import { anAlert, aReading, aResource, inMode, knowing } from "../../support/builders.ts";
import type { ApiServer } from "./api-server.ts";
import type { Central } from "./central-server.ts";
import { startChild } from "./child.ts";
import type { Figure } from "./figure.ts";
import { fleetOf, HERE } from "./fleet.ts";
import { median, rounded } from "./measure.ts";

const [FEW, MANY] = [1_000, 10_000];
const LOADS = [1_000, 10_000, 100_000];
const MAX_GROWTH = 2;

/** What a warm process keeps of each thousand of its clusters: the slope between two fleets, each after two runs and a collection. */
export async function measureMemory(server: ApiServer): Promise<readonly Figure[]> {
  const [few, many] = [await keptMb(server, FEW), await keptMb(server, MANY)];
  const value = rounded(((many - few) / (MANY - FEW)) * 1_000);
  return [{ what: `memory kept of each 1000 clusters, from ${FEW} to ${MANY}`, value, unit: "MB" }];
}

async function keptMb(server: ApiServer, clusters: number): Promise<number> {
  const fleet = fleetOf(server, server.urls(clusters));
  const connections = openConnections({ resolve: (_host, _options, found) => found(null, HERE) });
  const kept = { connections, logins: openLogins({ clock }), proofs: openProofs(), folder: "." };
  for (let run = 0; run < 2; run++) await reconcileFleet(fleet, { connect: connector(kept) });
  const mb = usedMb();
  await connections.close();
  return mb;
}

function usedMb(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  for (let time = 0; time < 3; time++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

/** What one alert and one resource cost together, where there are as many of both: each alert is about one resource. */
export async function measureJudging(): Promise<readonly Figure[]> {
  await judge(FEW);
  await judge(FEW);
  const costs: { load: number; us: number }[] = [];
  for (const load of LOADS) {
    const rounds = Math.max(5, 30_000 / load);
    const us: number[] = [];
    for (let round = 0; round < rounds; round++) us.push((await judge(load)) / load);
    costs.push({ load, us: median(us) });
  }
  const least = Math.min(...costs.map(({ us }) => us));
  return costs.map(({ load, us }) => ({
    what: `judging ${load} resources by ${load} alerts, a pair of them`,
    value: rounded(us),
    unit: `µs of CPU, × ${rounded(us / least)}`,
    goal: `linear: × ${MAX_GROWTH} at most`,
    isMet: us / least <= MAX_GROWTH,
  }));
}

// Microseconds of CPU.
async function judge(load: number): Promise<number> {
  const firing = Array.from({ length: load }, (_, index) => anAlert("TraceGatewayThrottling", { pipeline_name: `name-${index}` }));
  const resources = Array.from({ length: load }, (_, index) => aResource({ name: `name-${index}` }));
  const before = process.cpuUsage();
  const plan = planWith([inMode("own", kymaTelemetry)], knowing(aReading({ firing })), () => "2026-01-01T00:00:00Z");
  await planAll(resources, plan, { clock, deadline: Number.POSITIVE_INFINITY });
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Ten thousand clusters whose alerts one source has, which are more than one answer may hold: how often it is asked in a run, and what that costs. */
export async function measureCentral(server: ApiServer): Promise<readonly Figure[]> {
  const central = startChild<Central>("central-server.ts");
  try {
    central.send(MANY);
    const { url, alertsMb } = await central.answer();
    const fleet = fleetOf(server, server.urls(MANY), (name) => ({ url, labels: { cluster: name } }));
    const connections = openConnections({ resolve: (_host, _options, found) => found(null, HERE) });
    const before = process.cpuUsage();
    const outcomes = await reconcileFleet(fleet, { connect: connector({ connections, folder: "." }) });
    const { user, system } = process.cpuUsage(before);
    await connections.close();
    central.send(MANY);
    const { asked, largestMb } = await central.answer();
    const isOwn = ({ alerts, resources }: ClusterOutcome) =>
      alerts?.was === "read" && alerts.firing === FIRING && resources.every(({ was }) => was === "unchanged");
    const read = outcomes.filter(isOwn).length;
    const what = `a source of ${MANY} clusters, whose alerts are ${rounded(alertsMb)} MB:`;
    return [
      { what: `${what} clusters that are told what fires for them`, value: read, unit: "", goal: "all of them", isMet: read === MANY },
      { what: `${what} requests for alerts in a run`, value: asked, unit: "", goal: "one reading", isMet: asked <= MAX_ASKED },
      { what: `${what} the largest answer that is read`, value: rounded(largestMb), unit: "MB", goal: "8 MiB", isMet: largestMb <= 8.4 },
      { what: `${what} CPU of a cluster`, value: rounded((user + system) / 1_000 / MANY), unit: "ms" },
    ];
  } finally {
    central.stop();
  }
}

// Its watchdog among them.
const FIRING = 5;
// One for all alerts, and halves by name until each fits.
const MAX_ASKED = 10;
