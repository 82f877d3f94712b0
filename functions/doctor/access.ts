// Checks that the API server authenticates the login, agrees about the time, and grants the permissions of a pass and no others.

import { type Code, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { type Permission, permissionText } from "../core/kubernetes/permission.ts";
import type { Client } from "../io/http/client.ts";
import { isAllowed, reviewSelf } from "../io/kubernetes/access-review.ts";
import { readVersion } from "../io/kubernetes/discovery.ts";
import { type Check, failed, ok, skipped, warning } from "./checks/check.ts";
import { excessCheck, excessPermissions, neededPermissions, permissionCheck } from "./checks/permissions.ts";
import { orUndefined, runInOrder } from "./session.ts";

const MAX_SKEW_MS = 60_000;
const ANONYMOUS = "system:anonymous";
const anonymous = failed("login", `the API server takes it for ${ANONYMOUS}`, "give the cluster a login in the fleet file: `auth`");
// Older API servers do not have these APIs, and some forbid them.
const UNAVAILABLE = new Set<Code>(["forbidden", "not-found"]);

/** Whether the API server has no answer for this login, which is no failure of the cluster. */
export function isUnanswered(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && UNAVAILABLE.has(error.code);
}

/** Checks which user the API server takes the login for, and its clock. */
export function checkLogin(api: Client): Promise<readonly Check[]> {
  return runInOrder(["login", "clock"], loginChecks(api));
}

async function* loginChecks(api: Client): AsyncGenerator<Check> {
  yield await loginCheck(api);
  yield await clockCheck(api);
}

async function clockCheck(api: Client): Promise<Check> {
  try {
    const { version, dateMs } = await readVersion(api);
    const skewMs = Number.isNaN(dateMs) ? 0 : dateMs - api.clock.nowMs();
    const message = `Kubernetes ${version}, its clock is off by ${Math.round(Math.abs(skewMs) / 1000)} s`;
    if (Math.abs(skewMs) <= MAX_SKEW_MS) return ok("clock", message);
    return warning("clock", message, "synchronize the clocks (NTP): logins that expire depend on them");
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return skipped("clock", "unknown: the API server does not show its version");
  }
}

async function loginCheck(api: Client): Promise<Check> {
  try {
    const { user, groups } = await reviewSelf(api);
    return user === ANONYMOUS ? anonymous : ok("login", `as ${user}, of ${groups.join(", ") || "no group"}`);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return error.said?.includes(ANONYMOUS) ? anonymous : ok("login", "accepted; the API server does not say as which user");
  }
}

/** Checks every permission that a pass uses, and some that it must not have. Without an access review a check is skipped, for passes work without one. */
export async function checkPermissions(
  entry: ClusterEntry,
  api: Client,
): Promise<{ checks: readonly Check[]; isDenied(permission: Permission): boolean }> {
  const [needed, excess] = await Promise.all([review(api, neededPermissions(entry)), review(api, excessPermissions(entry))]);
  const checks = needed.map(({ permission, allowed }) =>
    allowed === undefined
      ? skipped(`may ${permissionText(permission)}`, "the API server does not say")
      : permissionCheck(permission, allowed),
  );
  const denied = new Set(needed.filter(({ allowed }) => allowed === false).map(({ permission }) => permissionText(permission)));
  const answered = excess.filter(({ allowed }) => allowed !== undefined);
  const granted = excessCheck(answered.filter(({ allowed }) => allowed).map(({ permission }) => permission));
  return {
    checks: answered.length === 0 ? checks : [...checks, granted],
    isDenied: (permission) => denied.has(permissionText(permission)),
  };
}

/** The answer to an access review: `allowed` is undefined where the API server gives none. */
type Review = { readonly permission: Permission; readonly allowed: boolean | undefined };

function review(api: Client, permissions: readonly Permission[]): Promise<readonly Review[]> {
  return Promise.all(permissions.map(async (permission) => ({ permission, allowed: await orUndefined(isAllowed(api, permission)) })));
}
