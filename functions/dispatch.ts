// The entry of the `dispatch` function: one tick of the scheduler becomes requests for the whole fleet.
import type { Context } from "aws-lambda";
import { clock } from "./clock.ts";
import { fleetRules, readConfig, requireBus, requireFleet } from "./config.ts";
import { selectForTick, shardsOf } from "./core/fleet/shards.ts";
import { parseTick, RECONCILE_REQUESTED } from "./core/request.ts";
import { sanitize } from "./core/text.ts";
import { openBus } from "./io/aws/bus.ts";
import { openFleet } from "./io/fleet/source.ts";
import { openReport } from "./io/report.ts";

const config = readConfig();
const report = openReport(config.stage);
const bus = openBus(requireBus(config.bus));
const loadFleet = openFleet(requireFleet(config.fleet), { clock, ...fleetRules(config) });

/** Takes the scheduler's tick, `{time}`, and requests a read of every cluster that is not paused, shard by shard. */
export async function handler(payload: unknown, context: Context): Promise<void> {
  report.begin(context);
  const nowMs = clock.nowMs();
  const scheduledMs = parseTick(payload);
  const { fleet, stale, version, replaced } = await loadFleet();
  if (stale !== undefined) report.error("the last good fleet is used", { why: stale });
  if (replaced !== undefined) report.warn("fleet changed", { from: replaced, to: version });
  const { names, paused, nameless } = selectForTick(fleet);
  for (const { name, problems } of nameless) report.warn("cluster has no usable name", { cluster: sanitize(name, 63), why: problems });
  const shards = shardsOf(names, config.shardSize);
  const at = new Date(nowMs).toISOString();
  await bus.put(shards.map((clusters) => ({ detailType: RECONCILE_REQUESTED, detail: { clusters, cause: "schedule", at } })));
  const metrics = {
    TicksDispatched: 1,
    ClustersDispatched: names.length,
    ShardsDispatched: shards.length,
    ClustersPaused: paused,
    ClustersMisconfigured: nameless.length,
    FleetStale: stale === undefined ? 0 : 1,
    FleetChanged: replaced === undefined ? 0 : 1,
    ...(scheduledMs !== undefined && { TickDelay: Math.max(0, nowMs - scheduledMs) }),
  };
  report.info("tick dispatched", { ...metrics, fleet: version });
  report.publish(metrics);
}
