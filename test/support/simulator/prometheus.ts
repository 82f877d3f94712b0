import type { IncomingMessage, ServerResponse } from "node:http";
import type { ResourcePath } from "./request.ts";
import { type ApiAnswer, notFound, unreachable } from "./status.ts";

export type AlertsHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** What the Prometheus of a simulated cluster answers: a text, an object as JSON, or what a function does; `undefined` is one that is down. */
export type Alerts = string | object | AlertsHandler | undefined;

export const ALERTS_PATH = "/api/v1/alerts";
const SERVICE = { namespace: "kyma-system", name: "telemetry-self-monitor", port: "9090" };

export function send(response: ServerResponse, { code, body }: ApiAnswer): void {
  const isText = typeof body === "string";
  response.writeHead(code, { "content-type": isText ? "text/plain" : "application/json" });
  response.end(isText ? body : JSON.stringify(body));
}

export function sendAlerts(alerts: Alerts, request: IncomingMessage, response: ServerResponse): void {
  if (alerts === undefined) response.destroy();
  else if (isHandler(alerts)) alerts(request, response);
  else send(response, { code: 200, body: alerts });
}

/** The way through the API server. Its own login is not passed on. */
export function proxyAlerts(alerts: Alerts, service: ResourcePath, request: IncomingMessage, response: ServerResponse): void {
  const [name, port] = (service.name ?? "").split(":");
  const isThere = service.namespace === SERVICE.namespace && name === SERVICE.name && port === SERVICE.port;
  if (!isThere || alerts === undefined) send(response, isThere ? unreachable : notFound({ ...service, name }));
  else {
    delete request.headers.authorization;
    request.url = service.rest;
    sendAlerts(alerts, request, response);
  }
}

function isHandler(alerts: Alerts): alerts is AlertsHandler {
  return typeof alerts === "function";
}
