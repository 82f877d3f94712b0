// Sends one request to one server: bounded in time and size, repeated where that is safe, with a login that is renewed once.

import type { IncomingHttpHeaders } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { type Code, UpstreamError } from "../../core/errors.ts";
import { parseTimeMs } from "../../core/time.ts";
import type { Client } from "./client.ts";
import type { Endpoint, Signed } from "./connections.ts";
import { toUpstreamError } from "./network-error.ts";
import type { Response } from "./response.ts";
import { stopAfter } from "./timeout.ts";

export type Request = {
  readonly method: "GET" | "PATCH" | "POST";
  /** What follows the endpoint's base path, query included. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

const RETRIED_STATUS = new Set([429, 502, 503, 504]);
const RETRIED_CODE = new Set<Code>(["connection-reset"]);
const PAUSE_MS = 100;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
// How old a login is at least that is read anew, by what it is answered with: a newer one is refused for another reason than its age. A new
// permission or authority may come with a new secret.
const RENEWED_AFTER_MS: Readonly<Record<number | string, number>> = { 401: 5 * SECOND_MS, 403: 5 * MINUTE_MS, tls: 5 * MINUTE_MS };
// What it takes to keep one piece of a body, however small.
const CHUNK_BYTES = 256;
/** Sends a GET, once more where the connection broke or the server was busy and time is left; an {@link UpstreamError} for no answer. */
export function get(client: Client, path: string): Promise<Response> {
  return send(client, { method: "GET", path }, 2);
}

/** Sends a request that changes nothing, whatever its method, like a GET. */
export function sendFreely(client: Client, request: Request): Promise<Response> {
  return send(client, request, 2);
}

/** Sends a request that must not be carried out twice; an {@link UpstreamError} for no answer. */
export function sendOnce(client: Client, request: Request): Promise<Response> {
  return send(client, request, 1);
}

// Where the login is refused, once more with a newer one: what is refused so was not carried out.
async function send(client: Client, request: Request, attempts: 1 | 2): Promise<Response> {
  const endpoint = await client.login.endpoint();
  const outcome = await sendAs(client, endpoint, request, attempts);
  const minAgeMs = RENEWED_AFTER_MS[outcome instanceof UpstreamError ? outcome.code : outcome.status];
  const renewed = minAgeMs === undefined ? undefined : await client.login.renewed(endpoint, minAgeMs);
  return answered(renewed === undefined ? outcome : await sendAs(client, renewed, request, attempts));
}

async function sendAs(client: Client, endpoint: Endpoint, request: Request, attempts: 1 | 2): Promise<Attempt> {
  const { clock, requestMs } = client;
  const deadline = Math.min(clock.monotonicMs() + requestMs, client.deadline);
  const first = await attempt(client, endpoint, request, deadline);
  const pauseMs = attempts === 1 ? undefined : pauseBefore(first);
  if (pauseMs === undefined || clock.monotonicMs() + pauseMs >= deadline) return first;
  if (pauseMs > 0) await sleep(pauseMs);
  return attempt(client, endpoint, request, deadline);
}

type Attempt = Response | UpstreamError;

// How long to wait before the second attempt; undefined where there is none.
function pauseBefore(first: Attempt): number | undefined {
  if (first instanceof UpstreamError) return RETRIED_CODE.has(first.code) ? 0 : undefined;
  return RETRIED_STATUS.has(first.status) ? (first.retryAfterMs ?? PAUSE_MS) : undefined;
}

function answered(last: Attempt): Response {
  if (last instanceof UpstreamError) throw last;
  return last;
}

function attempt(client: Client, endpoint: Endpoint, request: Request, deadline: number): Promise<Attempt> {
  const { origin, basePath, signer } = endpoint;
  if (signer === undefined) return exchange(client, endpoint, request, deadline);
  const signing = signer.sign(request.method, origin + basePath + request.path);
  return signing.then((signed) => exchange(client, endpoint, request, deadline, signed));
}

function exchange(
  { connections, bodies, clock, headers: more }: Client,
  endpoint: Endpoint,
  request: Request,
  deadline: number,
  signed?: Signed,
): Promise<Attempt> {
  const { method, path, headers, body } = request;
  const { origin, basePath } = endpoint;
  const secrets = signed === undefined ? endpoint.secrets : [...endpoint.secrets, ...signed.secrets];
  const what = `${method} ${origin}${basePath}${path}`;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let response: Omit<Response, "body" | "what" | "secrets"> = { status: 0 };
    let controller: Dispatcher.DispatchController | undefined;
    let stopped: UpstreamError | undefined;
    const stop = (error: UpstreamError) => {
      stopped = error;
      settle(error);
      controller?.abort(error);
    };
    const callOff = stopAfter(deadline - clock.monotonicMs(), () =>
      stop(new UpstreamError("timeout", "no complete answer in time", { request: what })),
    );
    const reserved = bodies.reserve(() => stop(new UpstreamError("too-large", "the answer is over the size limit", { request: what })));
    const settle = (outcome: Attempt) => {
      callOff();
      reserved.release();
      resolve(outcome);
    };
    connections.to(endpoint).dispatch(
      { method, path: basePath + path, headers: { ...more, ...endpoint.headers, ...headers, ...signed?.headers }, body },
      {
        onRequestStart: (started) => {
          controller = started;
          // The connection was established after the deadline: the request is not sent.
          if (stopped !== undefined) started.abort(stopped);
        },
        onResponseStart: (_, status, received) => {
          response = { status, ...timesIn(received) };
          if (status >= 300 && status < 400)
            stop(new UpstreamError("redirected", `the server answers with a redirect (${status})`, { request: what }));
        },
        onResponseData: (_, chunk) => {
          chunks.push(chunk);
          reserved.add(chunk.length + CHUNK_BYTES);
        },
        onResponseEnd: () => settle({ ...response, body: textOf(chunks), what, secrets }),
        onResponseError: (_, error) => {
          const upstream = toUpstreamError(error, what, secrets);
          if (upstream === undefined) reject(error);
          else settle(upstream);
        },
      },
    );
  });
}

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  return (first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks)).toString("utf8");
}

function timesIn({ date, "retry-after": retryAfter }: IncomingHttpHeaders): Pick<Response, "retryAfterMs" | "date"> {
  return { retryAfterMs: retryAfter === undefined ? undefined : retryAfterMs(retryAfter, date), date };
}

// In seconds or as an HTTP date, which the server's own clock is compared with: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
function retryAfterMs(header: string, date: string | undefined): number | undefined {
  const ms = Number.isFinite(Number(header)) ? Number(header) * 1_000 : parseTimeMs(header) - parseTimeMs(date);
  return Number.isNaN(ms) ? undefined : ms;
}
