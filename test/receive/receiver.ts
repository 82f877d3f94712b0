// Opens the receiver without a cloud, so that a test sees what it puts on the bus and reports.

import { UpstreamError } from "../../functions/core/errors.ts";
import type { BusEvent } from "../../functions/io/aws/bus.ts";
import { openAnnounce } from "../../functions/receive/announce.ts";
import type { PushMemory } from "../../functions/receive/dedup.ts";
import { parsePushRequest } from "../../functions/receive/function-url.ts";
import { type PushAnswer, receivePush } from "../../functions/receive/http.ts";
import { parsePushSecret } from "../../functions/receive/secret.ts";
import { pushToken } from "../../functions/receive/token.ts";
import { clockAt } from "../support/clock.ts";
import { aMemory, NOW_MS } from "./pushes.ts";

export const SECRET = parsePushSecret("canary-of-the-receivers-secret-1234567890");

export const BUS_IS_DOWN = new UpstreamError("unavailable", "the bus does not take it");

const STAGE = "test";

export function tokenOf(cluster: string): string {
  return pushToken(SECRET, { stage: STAGE, cluster });
}

/** The receiver, with what it put on the bus and what it reported. */
export type Receiver = {
  readonly events: BusEvent[];
  readonly reported: object[];
  readonly memory: PushMemory;
  readonly announce: ReturnType<typeof openAnnounce>;
  push(event: unknown): Promise<PushAnswer>;
  /** Makes the bus fail with this error, or accept events again. */
  breakBus(error: Error | undefined): void;
  /** Makes the secret unreadable, or readable again. */
  hideSecret(isHidden: boolean): void;
};

export function aReceiver(now = () => NOW_MS): Receiver {
  const clock = clockAt(now);
  const [events, reported]: [BusEvent[], object[]] = [[], []];
  const memory = aMemory();
  let failure: Error | undefined;
  let isHidden = false;
  const bus = {
    async put(some: readonly BusEvent[]) {
      if (failure !== undefined) throw failure;
      events.push(...some);
    },
  };
  const report = {
    error: (what: string, details: object) => void reported.push({ what, ...details }),
    publish: (metrics: object) => void reported.push(metrics),
  };
  const announce = openAnnounce({ bus, memory, report, clock });
  const secret = async () => {
    if (isHidden) throw new UpstreamError("secret-unreadable", "the parameter is missing");
    return SECRET;
  };
  return {
    events,
    reported,
    memory,
    announce,
    push: async (event) => receivePush(parsePushRequest(event)!, { secret, stage: STAGE, announce, clock }),
    breakBus(error) {
      failure = error;
    },
    hideSecret(isNowHidden) {
      isHidden = isNowHidden;
    },
  };
}

/** The clusters of each event on the bus. */
export function requested({ events }: Receiver): unknown[] {
  return events.map(({ detail }) => ("clusters" in detail ? detail.clusters : undefined));
}

type EventParts = {
  cluster?: string;
  method?: string;
  path?: string;
  /** undefined: no token is sent. */
  token?: string | undefined;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
};

/** An event of the Function URL: by default a push of Prometheus for the cluster `eu` with its token. A body that is not a string is sent as JSON. */
export function urlEvent(parts: EventParts = {}) {
  const { cluster = "eu", method = "POST", path = `/clusters/${cluster}/api/v2/alerts`, headers = {}, body = [] } = parts;
  const token = "token" in parts ? parts.token : tokenOf(cluster);
  return {
    version: "2.0",
    rawPath: path,
    rawQueryString: "",
    headers: { "content-type": "application/json", ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
    requestContext: { http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "Prometheus/3.16.0" } },
    body: typeof body === "string" ? body : JSON.stringify(body),
    isBase64Encoded: false,
  };
}
