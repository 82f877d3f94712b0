import type { Clock } from "../../core/time.ts";
import type { BodyBudget } from "./body-budget.ts";
import type { Connections, Endpoint } from "./connections.ts";

/** One server, and what bounds the requests to it: all that a call needs to know. */
export type Client = {
  readonly login: Login;
  readonly connections: Connections;
  readonly bodies: BodyBudget;
  /** How long one request may take, a second attempt included. */
  readonly requestMs: number;
  /** When nothing needs an answer any more, in milliseconds of the monotonic clock. */
  readonly deadline: number;
  readonly clock: Clock;
  /** What each request carries besides; no credentials. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** A server with a login that is kept until its time is over. */
export type Login = {
  /** Everything that tells it from others; it holds no secret. */
  readonly key: string;
  /** An {@link UpstreamError} where there is none to be had. */
  endpoint(): Promise<Endpoint>;
  /** What to use in place of an endpoint that was refused; undefined where there is nothing newer, or where it was read within `minAgeMs`. */
  renewed(refused: Endpoint, minAgeMs: number): Promise<Endpoint | undefined>;
};
