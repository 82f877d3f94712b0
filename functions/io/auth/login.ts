import { UpstreamError } from "../../core/errors.ts";
import { type Endpoint, keyOf } from "../http/connections.ts";
import type { LoggedIn } from "./endpoint.ts";

/** One server with a login that is kept until its time is over. */
export type Login = {
  /** The very same object while the login is the same; an {@link UpstreamError} where there is none to be had. */
  endpoint(): Endpoint | Promise<Endpoint>;
  /** What to use in place of an endpoint that was answered with 401; undefined where there is nothing newer. */
  renewed(refused: Endpoint): Promise<Endpoint | undefined>;
};

type Settings = {
  /** How long a login is kept that does not say itself how long it is good. */
  readonly lifeMs: () => number;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
};

type Kept = { readonly endpoint: Endpoint; readonly readAt: number; readonly until: number };

// Whoever logged in this moment is refused for another reason than an old login.
const JUST_NOW_MS = 5_000;

/** Keeps what `read` gives; whoever needs it while it is being read waits for the one answer. A failure is kept for nobody. */
export function keptLogin(read: (refused?: Endpoint) => Promise<LoggedIn>, { lifeMs, now }: Settings): Login {
  let kept: Kept | undefined;
  let reading: Promise<Endpoint> | undefined;

  async function readAnew(refused?: Endpoint): Promise<Endpoint> {
    const { endpoint: found, expiresAtMs } = await read(refused);
    const endpoint = kept !== undefined && isSame(kept.endpoint, found) ? kept.endpoint : found;
    kept = { endpoint, readAt: now(), until: expiresAtMs ?? now() + lifeMs() };
    return endpoint;
  }

  function shared(refused?: Endpoint): Promise<Endpoint> {
    reading ??= readAnew(refused).finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return {
    endpoint: () => (kept !== undefined && now() < kept.until ? kept.endpoint : shared()),
    async renewed(refused) {
      if (kept !== undefined && kept.endpoint !== refused) return kept.endpoint;
      if (kept !== undefined && now() - kept.readAt < JUST_NOW_MS) return undefined;
      const endpoint = await shared(refused);
      return endpoint === refused ? undefined : endpoint;
    },
  };
}

/** Does something as whoever is logged in. Where the server answers 401, once more with a newer login: what is refused so was not carried out. */
export async function loggedIn<T>(login: Login, use: (endpoint: Endpoint) => Promise<T>): Promise<T> {
  const endpoint = await login.endpoint();
  try {
    return await use(endpoint);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.code !== "unauthorized") throw error;
    const renewed = await login.renewed(endpoint);
    if (renewed === undefined) throw error;
    return use(renewed);
  }
}

function isSame(one: Endpoint, other: Endpoint): boolean {
  return one.basePath === other.basePath && keyOf(one) === keyOf(other);
}
