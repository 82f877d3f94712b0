// The process of the clusters of `npm run bench:push -- --storm`.

import { findCondition, parseResource } from "../../../functions/core/kubernetes/resource.ts";
import { startSimulators } from "../../reconcile/simulated-fleet.ts";
import { alertsBody, anAlert, aResource, kinds } from "../../support/builders.ts";
import type { Simulator } from "../../support/simulator.ts";

/** What the process is told: how many clusters to start, the alert of each from now on, or to say what has become of them. */
export type StormOrder = { readonly start: number } | { readonly alerts: readonly (string | null)[] } | { readonly report: true };

/** Where the clusters are, what their conditions say, and how often they were listed and written. */
export type StormAnswer = {
  readonly urls: readonly string[];
  readonly token: string;
  readonly reasons: readonly (string | undefined)[];
  readonly lists: number;
  readonly patches: number;
};

let apis: readonly Simulator[] = [];

process.on("message", async (order: StormOrder) => {
  if ("start" in order) {
    apis = await startSimulators(order.start);
    for (const api of apis) api.put(aResource().object);
  }
  const alerts = "alerts" in order ? order.alerts : [];
  for (const [index, name] of alerts.entries()) apis[index]?.setAlerts(alertsBody({ firing: name === null ? [] : [anAlert(name)] }));
  process.send?.(answer());
});
process.once("disconnect", () => process.exit());

function answer(): StormAnswer {
  return {
    urls: apis.map(({ url }) => url),
    token: apis[0]?.token ?? "",
    reasons: apis.map(reasonIn),
    lists: apis.reduce((sum, api) => sum + count(api, "GET", "/tracepipelines?"), 0),
    patches: apis.reduce((sum, api) => sum + count(api, "PATCH", "/status"), 0),
  };
}

function reasonIn(api: Simulator): string | undefined {
  const { conditions } = parseResource(kinds.TracePipeline, api.get("TracePipeline", "backend"));
  const found = findCondition(conditions, "TelemetryFlowHealthy");
  return found && `${found.status} ${found.reason}`;
}

function count({ requests }: Simulator, method: string, path: string): number {
  return requests.filter((request) => request.method === method && request.path.includes(path)).length;
}
