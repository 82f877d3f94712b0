// Simulates the Prometheus of a cluster, behind the service proxy and beside it.

import type { IncomingMessage, ServerResponse } from "node:http";
import { type EvidenceSettings, rulesBody, runtimeBody } from "./evidence.ts";
import type { ApiCall, ResourcePath } from "./request.ts";
import { type ApiAnswer, noSuchPage, notFound, unreachable } from "./status.ts";

export type PrometheusHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * What the Prometheus of a simulated cluster says of its alerts: a text, or an object as JSON. A function answers whatever it is asked;
 * `undefined` is one that is down.
 */
export type Alerts = string | object | PrometheusHandler | undefined;

/** A Prometheus, seen from outside. */
export type SimulatedPrometheus = { readonly alerts: Alerts; readonly evidence: EvidenceSettings };

const SERVICE = { namespace: "kyma-system", name: "telemetry-self-monitor", port: "9090" };

const pages: Readonly<Record<string, (prometheus: SimulatedPrometheus) => unknown>> = {
  "/api/v1/alerts": ({ alerts }) => alerts,
  "/api/v1/rules": ({ evidence }) => rulesBody(evidence),
  "/api/v1/status/runtimeinfo": ({ evidence }) => runtimeBody(evidence),
};

/** Whether a path is one of Prometheus, and none of an API server. */
export function isOfPrometheus(path: string): boolean {
  return Object.hasOwn(pages, path);
}

export function send(response: ServerResponse, { code, body }: ApiAnswer, date = new Date()): void {
  const isText = typeof body === "string";
  response.writeHead(code, { "content-type": isText ? "text/plain" : "application/json", date: date.toUTCString() });
  response.end(isText ? body : JSON.stringify(body));
}

export function sendPrometheus(prometheus: SimulatedPrometheus, request: IncomingMessage, response: ServerResponse): void {
  const { alerts, evidence } = prometheus;
  if (alerts === undefined) response.destroy();
  else if (isHandler(alerts)) alerts(request, response);
  else send(response, answerOf(prometheus, request), new Date(Date.now() + (evidence.aheadMs ?? 0)));
}

/** The way through the API server. Its own login is not passed on. */
export function sendProxied(
  prometheus: SimulatedPrometheus,
  service: ResourcePath,
  { query }: ApiCall,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const [name, port] = (service.name ?? "").split(":");
  const isThere = service.namespace === SERVICE.namespace && name === SERVICE.name && port === SERVICE.port;
  if (!isThere || prometheus.alerts === undefined) send(response, isThere ? unreachable : notFound({ ...service, name }));
  else {
    delete request.headers.authorization;
    request.url = query.size === 0 ? service.rest : `${service.rest}?${query}`;
    sendPrometheus(prometheus, request, response);
  }
}

function answerOf(prometheus: SimulatedPrometheus, { url = "" }: IncomingMessage): ApiAnswer {
  const { pathname } = new URL(url, "http://prometheus");
  const body = isOfPrometheus(pathname) ? pages[pathname]?.(prometheus) : undefined;
  if (typeof body !== "string" && (typeof body !== "object" || body === null)) return noSuchPage;
  return { code: 200, body };
}

function isHandler(alerts: Alerts): alerts is PrometheusHandler {
  return typeof alerts === "function";
}
