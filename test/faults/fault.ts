// What a fault is: a server that a cluster of the fleet has in place of its own, and the words for what became of it.

import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { isObject, valueAt } from "../../functions/core/json.ts";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import { alertsBody, aResource, kinds } from "../support/builders.ts";
import { serve } from "../support/http-server.ts";
import { rulesBody, runtimeBody } from "../support/simulator/evidence.ts";

/** What stands behind a member of a fleet; `more` replaces fields of its entry. */
export type Behind = { readonly url: string; readonly more?: object; close(): Promise<unknown> };

export type Fault = {
  readonly kind: "network" | "TLS" | "HTTP" | "Kubernetes" | "alerts" | "object" | "flood";
  /** A sentence about the server. */
  readonly name: string;
  readonly open: () => Promise<Behind>;
  /** What became of its cluster, as {@link describe} says it. */
  readonly outcome: string;
};

type Answer = { readonly status?: number; readonly body?: unknown; readonly text?: string; readonly headers?: Record<string, string> };
export type Ask = { readonly method: string; readonly url: URL; readonly body: string; readonly count: number };
/** How an API server answers where it differs from a well one; undefined is no answer at all. */
export type Odd = {
  readonly list?: (ask: Ask) => Answer | undefined;
  readonly read?: (ask: Ask) => Answer | undefined;
  readonly patch?: (ask: Ask) => Answer | undefined;
  readonly group?: (ask: Ask) => Answer | undefined;
  readonly alerts?: (ask: Ask) => Answer | undefined;
  readonly silences?: (ask: Ask) => Answer | undefined;
  readonly rules?: (ask: Ask) => Answer | undefined;
  readonly runtime?: (ask: Ask) => Answer | undefined;
};

export const pipeline = (name = "backend", more: object = {}): object => ({ ...aResource({ name }).object, ...more });
export const refuse = (status: number, message = "no"): Answer => ({ status, body: { kind: "Status", code: status, message } });
export const isTraces = ({ url }: Ask): boolean => url.pathname.endsWith(`/${kinds.TracePipeline.plural}`);
/** An answer whose text is made when it is first asked for, and once: what the tests spend is to be spent on the function. */
export function lazily(body: () => unknown): () => Answer {
  let text: string | undefined;
  return () => {
    text ??= JSON.stringify(body());
    return { text };
  };
}

/** The trace pipelines are these, and there is nothing of other kinds. */
export function traces(...items: readonly unknown[]): (ask: Ask) => Answer {
  const these = lazily(() => ({ metadata: {}, items }));
  const none = lazily(() => ({ metadata: {}, items: [] }));
  return (ask) => (isTraces(ask) ? these() : none());
}

/** An API server with one trace pipeline and a quiet Prometheus behind it, but for what is odd about it; `toSource` is how the fleet names the latter. */
export async function openApi(odd: Odd = {}, toSource: (url: string) => object = (url) => ({ url, proof: "none" })): Promise<Behind> {
  const counts = new Map<string, number>();
  let kept: object | undefined;
  const well: Required<Odd> = {
    list: traces(pipeline()),
    read: () => ({ body: kept ?? pipeline() }),
    patch: ({ body }) => {
      kept = patched(JSON.parse(body));
      return { body: kept };
    },
    group: () => refuse(404),
    alerts: () => ({ body: alertsBody() }),
    silences: () => ({ body: [] }),
    rules: () => ({ body: rulesBody({}) }),
    runtime: () => ({ body: runtimeBody({}) }),
  };
  const { url, close } = await serve(async (request, response) => {
    const what = partOf(request);
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    const ask = { method: request.method ?? "", url: new URL(request.url ?? "", "http://any"), body: await text(request), count };
    send(response, (odd[what] ?? well[what])(ask));
  });
  return { url, close, more: { alerts: toSource(url) } };
}

function patched(patch: unknown): object {
  return pipeline("backend", { status: valueAt(patch, ["status"]) });
}

function partOf({ method, url = "" }: IncomingMessage): keyof Odd {
  if (url.includes("/api/v1/alerts")) return "alerts";
  if (url.includes("/api/v2/alerts")) return "silences";
  if (url.includes("/api/v1/rules")) return "rules";
  if (url.includes("/api/v1/status/runtimeinfo")) return "runtime";
  if (method === "PATCH") return "patch";
  if (/^\/apis\/[^/]+$/.test(url)) return "group";
  return /\/[a-z]+pipelines(\?|$)/.test(url) ? "list" : "read";
}

function send(response: ServerResponse, answer: Answer | undefined): void {
  if (answer === undefined) return;
  const { status = 200, body, headers = {} } = answer;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(answer.text ?? JSON.stringify(body));
}

/** A server that answers every request in the same way. */
export async function openAnswering(listener: RequestListener): Promise<Behind> {
  const { url, close } = await serve(listener);
  return { url, close, more: { alerts: { url, proof: "none" } } };
}

export function answering(status: number, body: string, headers: Record<string, string> = {}): () => Promise<Behind> {
  return () => openAnswering((_, response) => void response.writeHead(status, headers).end(body));
}

/** An outcome in words: of the cluster, of its kinds and alerts, and how many resources came to what. */
export function describe({ was, code, unlisted, alerts, resources }: ClusterOutcome): string {
  const words = [code === undefined ? was : `${was}, ${code}`];
  if (was === "reconciled" || was === "misconfigured") {
    for (const [of, kinds] of Map.groupBy(unlisted, (one) => one.code)) words.push(`${kinds.length} unlisted, ${of}`);
    if (alerts?.was === "unreadable") words.push(`alerts ${alerts.code}`);
  }
  const counts = [...Map.groupBy(resources, described)].map(([what, some]) => `${some.length} ${what}`);
  return [...words, ...counts.toSorted()].join("; ");
}

function described(outcome: ResourceOutcome): string {
  if ("why" in outcome) return `skipped, ${outcome.why}`;
  if ("code" in outcome) return `refused, ${outcome.code}`;
  return `${outcome.was} ${outcome.condition.status}`;
}

/** An outcome without what differs from run to run. */
export function withoutTime(outcome: ClusterOutcome): object {
  return JSON.parse(JSON.stringify(outcome, (key, value) => (key === "ms" || (isObject(value) && key === "crash") ? undefined : value)));
}
