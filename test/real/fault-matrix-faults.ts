// Breaks the answers of a real Prometheus for the fault matrix.

import type { ServerResponse } from "node:http";
import { type HttpServer, serve } from "../support/http-server.ts";

type Answer = { status: number; type: string; body: string };
/** What becomes of the real answer for a path. */
export type Fault = (answer: Answer, path: string, response: ServerResponse) => Partial<Answer> | "nothing";

/** Stands in front of a real Prometheus and breaks what it answers. */
export function breaking(url: string, fault: Fault): Promise<HttpServer> {
  return serve(async (request, response) => {
    const path = request.url ?? "";
    const tenant = String(request.headers["x-scope-orgid"] ?? "");
    const real = await fetch(url + path, { headers: { ...(tenant && { "x-scope-orgid": tenant }) } });
    const answer = { status: real.status, type: real.headers.get("content-type") ?? "", body: await real.text() };
    const broken = fault(answer, path, response);
    if (broken === "nothing") return;
    const { status, type, body } = { ...answer, ...broken };
    response.writeHead(status, { "content-type": type }).end(body);
  });
}

const isAlerts = (path: string) => path.endsWith("/api/v1/alerts");
const HTML = { type: "text/html", body: "<html><head><title>502 Bad Gateway</title></head></html>" };
const NOT_FOUND = { status: 404, body: "404 page not found" };
const MIMIR = { type: "text/yaml", body: "template_files: {}\nalertmanager_config: |\n  route:\n    receiver: default\n" };

function rewrites(rewrite: (body: string) => string): Fault {
  return ({ body }, path) => (isAlerts(path) ? { body: rewrite(body) } : {});
}

/** Every path answers with this status, and says nothing. */
export const answers =
  (status: number): Fault =>
  () => ({ status, body: "" });
export const answersRules =
  (status: number): Fault =>
  (_, path) =>
    path.includes("/rules") ? { status, body: "" } : {};

export const hangs: Fault = () => "nothing";
export const badGateway: Fault = () => ({ status: 502, ...HTML });
export const loginPage: Fault = () => HTML;
export const empty: Fault = () => ({ body: "" });
export const halfJson: Fault = ({ body }) => ({ body: body.slice(0, body.length / 2) });
export const breaksOff: Fault = ({ body }, _, response) => {
  response.writeHead(200, { "content-length": body.length, "content-type": "application/json" });
  response.write(body.slice(0, body.length / 2), () => response.destroy());
  return "nothing";
};

export const mimirRoot: Fault = (_, path) => (isAlerts(path) ? MIMIR : NOT_FOUND);
export const hasNoStartTime: Fault = (_, path) => (path.includes("runtimeinfo") ? NOT_FOUND : {});
/** A start time alone, as what stands in front of evaluators tells its own. */
export const hasItsOwnStartTime: Fault = ({ body }, path) =>
  path.includes("runtimeinfo") ? { body: body.replace(/"(reloadConfigSuccess|lastConfigTime)":("[^"]*"|true|false),/g, "") } : {};
export const thanosQuery: Fault = rewrites((body) => body.replace('"alerts":[]', '"alerts":null'));
export const thanosRuler: Fault = rewrites((body) => body.replace('"alerts":', '"Alerts":'));
export const amazon: Fault = rewrites((body) => body.replace(/^{/, '{"error":"","errorType":"",'));
export const partial: Fault = rewrites((body) => body.replace(/^{/, '{"warnings":["receive series from one of two stores failed"],'));

// A remote-read answer with one result and no series: `{results: [{}]}` as protobuf, in a Snappy block.
const NO_SERIES = Buffer.from([2, 4, 0x0a, 0]);

/** A store of others that answers with nothing, until it no longer answers: then a rule that asks it is being evaluated for good. */
export async function startRemoteStore(): Promise<HttpServer & { hang(): void }> {
  let hangs = false;
  const server = await serve((_, response) => {
    if (!hangs) response.writeHead(200, { "content-type": "application/x-protobuf", "content-encoding": "snappy" }).end(NO_SERIES);
  });
  return {
    ...server,
    hang() {
      hangs = true;
    },
  };
}
