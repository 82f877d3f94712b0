import { setTimeout as sleep } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { type Code, UpstreamError } from "../../core/errors.ts";
import { parseJson, valueAt } from "../../core/json.ts";
import { redact, sanitize } from "../../core/text.ts";
import type { BodyBudget } from "./body-budget.ts";
import type { Connections, Endpoint, Signer } from "./connections.ts";
import { toUpstreamError } from "./network-error.ts";

/** How to speak with one server. */
export type Wire = {
  readonly endpoint: Endpoint;
  readonly connections: Connections;
  readonly bodies: BodyBudget;
  /** How long one request may take, a second attempt included. */
  readonly requestMs: number;
  /** When whoever asks has no more use for an answer, in milliseconds of `performance.now()`. */
  readonly deadline: number;
};

export type Request = {
  readonly method: "GET" | "PATCH" | "POST";
  /** What follows the endpoint's base path, query included. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

export type Response = {
  readonly status: number;
  readonly retryAfterMs?: number;
  /** The server's own clock, as an HTTP date. */
  readonly date?: string;
  readonly body: string;
  /** What was sent and must not be seen, should the server repeat it. */
  readonly secrets: readonly string[];
};

const RETRIED_STATUS = new Set([429, 502, 503, 504]);
const RETRIED_CODE = new Set<Code>(["connection-reset"]);
const PAUSE_MS = 100;
// What it takes to keep one piece of a body, however small.
const CHUNK_BYTES = 256;
const EXCERPT = 4_096;

/** Sends a GET, once more where the connection broke or the server was busy and time is left; an {@link UpstreamError} for no answer. */
export function get(wire: Wire, path: string): Promise<Response> {
  return sendFreely(wire, { method: "GET", path });
}

/** Sends a request that changes nothing, whatever its method, like a GET. */
export async function sendFreely(wire: Wire, request: Request): Promise<Response> {
  const deadline = deadlineOf(wire);
  const first = await attempt(wire, request, deadline);
  const pauseMs = pauseBefore(first);
  if (pauseMs === undefined || performance.now() + pauseMs >= deadline) return answered(first);
  if (pauseMs > 0) await sleep(pauseMs);
  return answered(await attempt(wire, request, deadline));
}

/** Sends a request that must not be sent twice; an {@link UpstreamError} for no answer. */
export async function sendOnce(wire: Wire, request: Request): Promise<Response> {
  return answered(await attempt(wire, request, deadlineOf(wire)));
}

/** The body as JSON; an {@link UpstreamError} `malformed` where it is none. */
export function parseBody({ body, secrets }: Response, what: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const excerpt = sanitize(redact(body.slice(0, EXCERPT), secrets), 60);
    throw new UpstreamError("malformed", `${what}: the answer is no JSON: ${excerpt || "it is empty"}`);
  }
}

/** The status of an answer that is no success, with what a Kubernetes Status (`message`) or a Prometheus (`error`) says of it. */
export function refusal({ status, body, secrets }: Response): string {
  const said = saidIn(body);
  return said === "" ? String(status) : `${status}: ${sanitize(redact(said, secrets))}`;
}

// A proxy in between may answer with anything.
function saidIn(body: string): string {
  const answer = parseJson(body);
  const said = [valueAt(answer, ["message"]), valueAt(answer, ["error"])];
  return said.find((text) => typeof text === "string") ?? "";
}

function deadlineOf({ requestMs, deadline }: Wire): number {
  return Math.min(performance.now() + requestMs, deadline);
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

function attempt(wire: Wire, request: Request, deadline: number): Promise<Attempt> {
  return wire.endpoint.signer === undefined ? send(wire, request, deadline) : sendSigned(wire, wire.endpoint.signer, request, deadline);
}

async function sendSigned(wire: Wire, { sign }: Signer, request: Request, deadline: number): Promise<Attempt> {
  const { origin, basePath } = wire.endpoint;
  return send(wire, request, deadline, await sign(request.method, origin + basePath + request.path));
}

type Signed = Readonly<Record<string, string>>;

function send({ endpoint, connections, bodies }: Wire, request: Request, deadline: number, signed?: Signed): Promise<Attempt> {
  const { method, path, headers, body } = request;
  const { origin, basePath } = endpoint;
  const secrets = signed === undefined ? endpoint.secrets : [...endpoint.secrets, ...secretsIn(signed)];
  const what = `${method} ${origin}${basePath}${path}`;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let response: Omit<Response, "body" | "secrets"> = { status: 0 };
    let controller: Dispatcher.DispatchController | undefined;
    let stopped: UpstreamError | undefined;
    const stop = (error: UpstreamError) => {
      stopped = error;
      settle(error);
      controller?.abort(error);
    };
    const timer = setTimeout(() => stop(new UpstreamError("timeout", `${what}: no complete answer in time`)), deadline - performance.now());
    const reserved = bodies.reserve(() => stop(new UpstreamError("too-large", `${what}: the answer is over the size limit`)));
    const settle = (outcome: Attempt) => {
      clearTimeout(timer);
      reserved.release();
      resolve(outcome);
    };
    connections.to(endpoint).dispatch(
      { method, path: basePath + path, headers: { ...endpoint.headers, ...headers, ...signed }, body },
      {
        onRequestStart: (started) => {
          controller = started;
          // The connection came up after the time was over: what nobody waits for is not sent.
          if (stopped !== undefined) started.abort(stopped);
        },
        onResponseStart: (_, status, received) => {
          response = { status, retryAfterMs: retryAfterMs(received["retry-after"]), date: received.date?.toString() };
          if (status >= 300 && status < 400)
            stop(new UpstreamError("redirected", `${what}: the server answers with a redirect (${status})`));
        },
        onResponseData: (_, chunk) => {
          chunks.push(chunk);
          reserved.add(chunk.length + CHUNK_BYTES);
        },
        onResponseEnd: () => settle({ ...response, body: textOf(chunks), secrets }),
        onResponseError: (_, error) => {
          const upstream = toUpstreamError(error, what, secrets);
          if (upstream === undefined) reject(error);
          else settle(upstream);
        },
      },
    );
  });
}

// AWS repeats what it was sent where a signature does not fit, session token included.
function secretsIn(signed: Signed): readonly string[] {
  const { authorization = "", "x-amz-security-token": token = "" } = signed;
  const [, signature = ""] = /Signature=(\w+)/.exec(authorization) ?? [];
  return [authorization, signature, token];
}

function textOf(chunks: readonly Buffer[]): string {
  const [first] = chunks;
  return (first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks)).toString("utf8");
}

function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
