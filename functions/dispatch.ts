// The entry of the `dispatch` function: one tick of the scheduler becomes requests for the whole fleet.
import type { Context } from "aws-lambda";
import { clock } from "./clock.ts";
import { fleetRules, readConfig, requireBus, requireFleet } from "./config.ts";
import type { Fleet } from "./core/fleet/fleet.ts";
import { planShards, type TickMemory } from "./core/fleet/plan-shards.ts";
import { selectForTick } from "./core/fleet/shards.ts";
import { deathOf } from "./core/outcome/crash.ts";
import { logLineOf } from "./core/outcome/log-line.ts";
import type { ClusterOutcome } from "./core/outcome/outcome.ts";
import { parseTick, RECONCILE_REQUESTED } from "./core/request.ts";
import { sanitize } from "./core/text.ts";
import { openBus } from "./io/aws/bus.ts";
import { openFleet } from "./io/fleet/source.ts";
import { openReport } from "./io/report.ts";
import { recordDeath } from "./state/record.ts";
import { openStore } from "./state/store.ts";
import { type Recalled, readLastTick, writeTick } from "./state/tick.ts";

const config = readConfig();
const report = openReport(config.stage);
const bus = openBus(requireBus(config.bus));
const loadFleet = openFleet(requireFleet(config.fleet), { clock, ...fleetRules(config) });

const MOST_NAMED = 5;
// Where more clusters than these died alone, it is not for them.
const MOST_KEPT = 32;
const STATE_WITHIN_MS = 3_000;

/** Takes the scheduler's tick, `{time}`, and requests a pass over every cluster, shard by shard: that of a paused one reads nothing, and says that it is paused. */
export async function handler(payload: unknown, context: Context): Promise<void> {
  report.begin(context);
  const nowMs = clock.nowMs();
  const scheduledMs = parseTick(payload);
  const [{ fleet, stale, version, replaced }, recalled] = await Promise.all([loadFleet(), recallTick(nowMs)]);
  if (stale !== undefined) report.error("the last good fleet is used", { why: stale });
  if (replaced !== undefined) report.warn("fleet changed", { from: replaced, to: version });
  const { names, nameless } = selectForTick(fleet);
  for (const { name, problems } of nameless) report.warn("cluster has no usable name", { cluster: sanitize(name, 63), why: problems });
  const plan = planShards(names, config.shardSize, nowMs, recalled.last);
  const deaths = plan.died.flatMap(([name, ...others]) => (name === undefined || others.length > 0 ? [] : [deathOf(name)]));
  for (const outcome of deaths) report.error("cluster needs attention", { ...logLineOf(outcome) });
  for (const clusters of plan.died.filter(({ length }) => length > 1)) reportDeath(clusters);
  const at = new Date(nowMs).toISOString();
  await bus.put(plan.shards.map((clusters) => ({ detailType: RECONCILE_REQUESTED, detail: { clusters, cause: "schedule", at } })));
  const metrics = {
    TicksDispatched: 1,
    ClustersDispatched: names.length,
    ShardsDispatched: plan.shards.length,
    ShardsDied: plan.died.length,
    ClustersQuarantined: plan.quarantined.length,
    StateWritesFailed: (await keepTick(plan.memory, nowMs, { ...recalled, fleet: version })) + (await keepDeaths(deaths, fleet, nowMs)),
    ClustersMisconfigured: nameless.length,
    FleetStale: stale === undefined ? 0 : 1,
    FleetChanged: replaced === undefined ? 0 : 1,
    ...(scheduledMs !== undefined && { TickDelay: Math.max(0, nowMs - scheduledMs) }),
  };
  report.info("tick dispatched", { ...metrics, fleet: version });
  report.publish(metrics);
}

async function recallTick(nowMs: number): Promise<Recalled> {
  return config.stateTable === undefined ? {} : readLastTick(openStore(config.stateTable, nowMs, STATE_WITHIN_MS), nowMs);
}

// How often it failed. What could not be read is not written over: the next tick goes on from there.
async function keepTick(memory: TickMemory, nowMs: number, { failure: unread, log, fleet }: Recalled): Promise<number> {
  if (config.stateTable === undefined) return 0;
  const failure =
    unread ?? (await writeTick(openStore(config.stateTable, nowMs, STATE_WITHIN_MS), memory, { log, tickMs: config.tickMs, fleet }));
  if (failure === undefined) return 0;
  report.error("the tick is not kept for the next one", { code: failure.code, why: failure.message });
  return 1;
}

async function keepDeaths(deaths: readonly ClusterOutcome[], { clusters }: Fleet, nowMs: number): Promise<number> {
  if (config.stateTable === undefined) return 0;
  const store = openStore(config.stateTable, nowMs, STATE_WITHIN_MS);
  const labels = new Map(clusters.map((entry) => [entry.name, entry.labels]));
  const kept = deaths.slice(0, MOST_KEPT).map((outcome) => recordDeath(store, outcome, labels.get(outcome.cluster) ?? {}, nowMs));
  return (await Promise.all(kept)).flat().length;
}

function reportDeath(clusters: readonly string[]): void {
  report.error("shard is not accounted for", { clusters: clusters.length, first: clusters.slice(0, MOST_NAMED) });
}
