// The process of a central source of alerts, for `npm run bench -- --fleet`.

import { createServer } from "node:http";
import { WATCHDOG } from "../../../functions/core/verdict/finding.ts";
import { anAlert } from "../../support/builders.ts";
import { evidence, firing } from "./bodies.ts";

/** Where it is, how large all alerts are together, how often it was asked for alerts, and the largest answer with all of what was asked for. */
export type Central = { readonly url: string; readonly alertsMb: number; readonly asked: number; readonly largestMb: number };

const MB = 1e6;
const LIMIT_BYTES = 8 * 2 ** 20;
const ANNOTATIONS = { summary: "Telemetry is lost on its way to the backend: see the runbook." };

let rules = new Map<string, readonly object[]>();
let all = "";
let asked = 0;
let largest = 0;

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://central");
  const isForAlerts = pathname === "/api/v1/alerts" || (pathname === "/api/v1/rules" && !searchParams.has("exclude_alerts"));
  const body = isForAlerts ? alertsBody(pathname, searchParams.getAll("rule_name[]")) : evidenceAt(pathname);
  if (isForAlerts) {
    asked++;
    if (body.length <= LIMIT_BYTES) largest = Math.max(largest, body.length);
  }
  response.writeHead(body === "" ? 404 : 200, { "content-type": "application/json" }).end(body);
});

function alertsBody(pathname: string, names: readonly string[]): string {
  if (pathname === "/api/v1/alerts") return all;
  const found = names.map((name) => ({
    name,
    type: "alerting",
    state: rules.has(name) ? "firing" : "inactive",
    alerts: rules.get(name) ?? [],
  }));
  return JSON.stringify({ status: "success", data: { groups: [{ name: "central", rules: found }] } });
}

function evidenceAt(pathname: string): string {
  return [...evidence(new Date())].find(([path]) => path.endsWith(pathname))?.[1] ?? "";
}

// Each cluster has its watchdog, and what its conditions say fires.
function watch(clusters: number): void {
  const each = [anAlert(WATCHDOG, { pipeline_name: undefined }), ...firing];
  const alertsOf = ({ labels, activeAt, value }: (typeof each)[number]) =>
    Array.from({ length: clusters }, (_, index) => ({
      labels: { ...labels, cluster: `cluster-${index}` },
      annotations: ANNOTATIONS,
      state: "firing",
      activeAt,
      value,
    }));
  rules = new Map(each.map((alert) => [alert.name, alertsOf(alert)]));
  all = JSON.stringify({ status: "success", data: { alerts: [...rules.values()].flat() } });
}

process.on("message", (clusters: number) => {
  if (all === "") watch(clusters);
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  process.send?.({ url: `http://127.0.0.1:${port}`, alertsMb: all.length / MB, asked, largestMb: largest / MB } satisfies Central);
});
process.once("disconnect", () => process.exit());
server.listen(0, "127.0.0.1");
