// Answers a request to the Function URL by route, token, size and body, in this order.

import { ConfigError, UpstreamError } from "../core/errors.ts";
import type { Clock } from "../core/time.ts";
import { type InvalidPush, type Push, parsePostedAlerts, parseWebhook } from "./alerts.ts";
import type { Announce } from "./announce.ts";
import type { PushRequest } from "./function-url.ts";
import { routePush } from "./route.ts";
import type { PushSecret } from "./secret.ts";
import { isTokenOf } from "./token.ts";

/** The response to the sender. It repeats nothing of the request. */
export type PushAnswer = { readonly statusCode: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

type Settings = { readonly secret: () => Promise<PushSecret>; readonly stage: string; readonly announce: Announce; readonly clock: Clock };

const MAX_BODY_BYTES = 1_048_576;

const STATUS_TEXTS = {
  200: "ok",
  202: "accepted",
  400: "malformed",
  401: "unauthorized",
  404: "not found",
  405: "method not allowed",
  413: "too large",
  415: "unsupported media type",
  503: "unavailable",
} as const;

type Status = keyof typeof STATUS_TEXTS;

/**
 * Answers one request. Prometheus drops a push that is not accepted, and an Alertmanager retries on a 5xx only: so a failure of the bus or
 * of the secret is a 503, and nothing else is.
 */
export async function receivePush(request: PushRequest, { secret, stage, announce, clock }: Settings): Promise<PushAnswer> {
  const route = routePush(request.method, request.path);
  if ("refused" in route) return toAnswer(route.refused, "allow" in route ? { allow: route.allow } : {});
  if (route.to === "healthy") return toAnswer(200);
  try {
    const holder = { stage, cluster: route.cluster };
    if (!isTokenOf(await secret(), holder, tokenIn(request, route.cluster))) return toAnswer(401, { "www-authenticate": "Bearer" });
    if (route.to === "ready") return toAnswer(200);
    const push = parsePush(request, (text) => (route.to === "alerts" ? parsePostedAlerts(text, clock.nowMs()) : parseWebhook(text)));
    if (typeof push === "number") return toAnswer(push);
    await announce([{ cluster: route.cluster, push }]);
    return toAnswer(202);
  } catch (error) {
    if (!(error instanceof UpstreamError || error instanceof ConfigError)) throw error;
    return toAnswer(503);
  }
}

function tokenIn(request: PushRequest, cluster: string): string {
  const shown = request.header("authorization") ?? "";
  return /^Bearer +([\w.-]{1,100})$/i.exec(shown)?.[1] ?? passwordIn(shown, cluster);
}

// The rulers of Mimir and Cortex show passwords only. The token itself names its cluster, so the user may be left out, but not be another.
function passwordIn(shown: string, cluster: string): string {
  const [, encoded = ""] = /^Basic +([\w+/]{1,300}={0,2})$/i.exec(shown) ?? [];
  const [, user, password = ""] = /^([\w-]*):([\w.-]{1,100})$/.exec(Buffer.from(encoded, "base64").toString("latin1")) ?? [];
  return user === "" || user === cluster ? password : "";
}

function parsePush(request: PushRequest, parse: (text: string) => Push | InvalidPush): Push | 400 | 413 | 415 {
  if (bodyBytes(request) > MAX_BODY_BYTES) return 413;
  if (!isJson(request)) return 415;
  const text = decodeBody(request);
  const push = text === undefined ? "malformed" : parse(text);
  if (push === "too-large") return 413;
  return push === "malformed" ? 400 : push;
}

function bodyBytes({ body, isBase64 }: PushRequest): number {
  return isBase64 ? Math.floor((body.length * 3) / 4) : Buffer.byteLength(body);
}

// No sender of alerts compresses its requests, so a compressed body is refused before it can expand.
function isJson(request: PushRequest): boolean {
  const encoding = request.header("content-encoding") ?? "identity";
  return encoding === "identity" && /^application\/json *(;|$)/i.test(request.header("content-type") ?? "");
}

function decodeBody({ body, isBase64 }: PushRequest): string | undefined {
  if (!isBase64) return body;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(body, "base64"));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
}

function toAnswer(statusCode: Status, headers: Readonly<Record<string, string>> = {}): PushAnswer {
  return {
    statusCode,
    headers: { "content-type": "text/plain", "cache-control": "no-store", ...headers },
    body: `${STATUS_TEXTS[statusCode]}\n`,
  };
}
