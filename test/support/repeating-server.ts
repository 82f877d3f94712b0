// Serves a cluster that repeats the login it is shown, wherever an API server or a Prometheus can say a word.

import type { RequestListener } from "node:http";
import { kinds } from "./builders.ts";

const TYPE = "TelemetryFlowHealthy";

/** An API server and its Prometheus in one; the login has to be a name of DNS to be the name of a resource. */
export const repeating: RequestListener = ({ method, url = "", headers }, response) => {
  const secret = (headers.authorization ?? "none").replace("Bearer ", "");
  const send = (body: unknown, status = 200) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (url.includes("/api/v1/alerts")) return send(alertsFor(secret));
  if (url.includes("/api/v1/rules")) return send({ status: "error", error: secret }, 500);
  if (method !== "GET") return send({ kind: "Status", code: 422, message: `no ${secret}` }, 422);
  if (url.includes(`/${kinds.TracePipeline.plural}`)) return send({ metadata: {}, items: itemsFor(secret) });
  return url.includes("pipelines") ? send({ metadata: {}, items: [] }) : send({ kind: "Status", code: 403, message: `for ${secret}` }, 403);
};

function itemsFor(secret: string): readonly object[] {
  const lastTransitionTime = new Date().toISOString();
  const writer = { manager: secret, operation: "Update", time: lastTransitionTime, fieldsV1: { "f:status": { "f:conditions": {} } } };
  const metadata = { resourceVersion: "1", generation: 1, managedFields: [writer] };
  const standing = { type: TYPE, status: secret, reason: secret, message: secret };
  return [
    { metadata: { ...metadata, name: secret }, status: { conditions: [] } },
    { metadata: { ...metadata, name: "young", namespace: secret }, status: { conditions: [{ ...standing, lastTransitionTime }] } },
    { metadata: { ...metadata, name: "old" }, status: { conditions: [standing] } },
    { metadata: { ...metadata, name: `${"x".repeat(90)} ${secret}` } },
  ];
}

function alertsFor(secret: string): object {
  const labels = { alertname: "TraceGatewayThrottling", pipeline_name: `${secret}-gone`, [secret]: secret };
  const activeAt = "2026-01-01T00:00:00Z";
  return {
    status: "success",
    warnings: [secret],
    data: {
      alerts: [
        { labels, annotations: { runbook_url: `https://books.example/${secret}` }, state: "firing", activeAt, value: secret },
        { labels: { alertname: "TraceGatewayAllDataDropped" }, annotations: {}, state: `${"x".repeat(30)}${secret}`, activeAt, value: "1" },
        { labels: { alertname: "TraceGatewaySomeDataDropped" }, annotations: {}, state: secret, activeAt, value: "1" },
      ],
    },
  };
}
