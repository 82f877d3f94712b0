import { ConfigError, UpstreamError } from "../core/errors.ts";
import type { Clock } from "../core/time.ts";
import { type Push, parsePostedAlerts, parseWebhook, type WrongPush } from "./alerts.ts";
import type { Announce } from "./announce.ts";
import type { PushRequest } from "./function-url.ts";
import { routePush } from "./route.ts";
import type { PushSecret } from "./secret.ts";
import { isTokenOf } from "./token.ts";

/** What the sender is told. Nothing of what it sent is in it. */
export type PushAnswer = { readonly statusCode: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };

type Settings = { readonly secret: () => Promise<PushSecret>; readonly announce: Announce; readonly clock: Clock };

const MOST_BYTES = 1_048_576;

const WORDS = {
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

type Status = keyof typeof WORDS;

/**
 * Answers what is sent to the Function URL: route, token, size and body, in this order. Prometheus drops what is not taken and the
 * Alertmanager sends it again on a 5xx only, so that this is what a bus or a secret that fails is answered by, and nothing else.
 */
export async function receivePush(request: PushRequest, { secret, announce, clock }: Settings): Promise<PushAnswer> {
  const route = routePush(request.method, request.path);
  if ("refused" in route) return answer(route.refused, "allow" in route ? { allow: route.allow } : {});
  if (route.to === "healthy") return answer(200);
  try {
    if (!isTokenOf(await secret(), route.cluster, bearer(request))) return answer(401, { "www-authenticate": "Bearer" });
    if (route.to === "ready") return answer(200);
    const push = readPush(request, (text) => (route.to === "alerts" ? parsePostedAlerts(text, clock.nowMs()) : parseWebhook(text)));
    if (typeof push === "number") return answer(push);
    await announce([{ cluster: route.cluster, push }]);
    return answer(202);
  } catch (error) {
    if (!(error instanceof UpstreamError || error instanceof ConfigError)) throw error;
    return answer(503);
  }
}

function bearer(request: PushRequest): string {
  return /^Bearer +([\w.-]{1,100})$/i.exec(request.header("authorization") ?? "")?.[1] ?? "";
}

function readPush(request: PushRequest, parse: (text: string) => Push | WrongPush): Push | 400 | 413 | 415 {
  if (sizeOf(request) > MOST_BYTES) return 413;
  if (!isJson(request)) return 415;
  const text = textOf(request);
  const push = text === undefined ? "malformed" : parse(text);
  if (push === "too-large") return 413;
  return push === "malformed" ? 400 : push;
}

function sizeOf({ body, isBase64 }: PushRequest): number {
  return isBase64 ? Math.floor((body.length * 3) / 4) : Buffer.byteLength(body);
}

// No sender of alerts compresses them: what does is refused before it can unfold.
function isJson(request: PushRequest): boolean {
  const encoding = request.header("content-encoding") ?? "identity";
  return encoding === "identity" && /^application\/json *(;|$)/i.test(request.header("content-type") ?? "");
}

function textOf({ body, isBase64 }: PushRequest): string | undefined {
  if (!isBase64) return body;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(body, "base64"));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
}

function answer(statusCode: Status, headers: Readonly<Record<string, string>> = {}): PushAnswer {
  return { statusCode, headers: { "content-type": "text/plain", "cache-control": "no-store", ...headers }, body: `${WORDS[statusCode]}\n` };
}
