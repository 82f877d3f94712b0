// A login that may do everything is told once an hour: what leaks of it, or a bug, reaches the whole cluster.
import { UpstreamError } from "../core/errors.ts";
import { type Cache, openCache } from "../io/cache.ts";
import type { Client } from "../io/http/client.ts";
import { isAllowed } from "../io/kubernetes/access-review.ts";

/** What each login was found to be, so that it is asked for and told once an hour. */
export type Privileges = Cache<boolean>;

const HOUR_MS = 3_600_000;
const EVERYTHING = { verb: "*", group: "*", resource: "*" };

export function openPrivileges(): Privileges {
  return openCache<boolean>({ untilMs: (_, askedAtMs) => askedAtMs + HOUR_MS });
}

/**
 * Whether the login of an API server is found just now to allow everything; an API server that does not say is asked no sooner. Nothing is
 * asked after `deadline`, in milliseconds of the monotonic clock.
 */
export async function isFoundUnlimited(privileges: Privileges, client: Client, deadline: number): Promise<boolean> {
  if (client.clock.monotonicMs() >= deadline) return false;
  let isAsked = false;
  const isUnlimited = await privileges.read(client.login.key, { nowMs: client.clock.nowMs() }, () => {
    isAsked = true;
    return mayDoEverything({ ...client, deadline });
  });
  return isAsked && isUnlimited;
}

async function mayDoEverything(client: Client): Promise<boolean> {
  try {
    return await isAllowed(client, EVERYTHING);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return false;
  }
}
