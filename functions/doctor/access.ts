// Whether the API server lets the login in, and what it lets it do.
import { type Code, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { type Permission, permissionText } from "../core/kubernetes/permission.ts";
import type { Client } from "../io/http/client.ts";
import { isAllowed, reviewSelf } from "../io/kubernetes/access-review.ts";
import { readVersion } from "../io/kubernetes/discovery.ts";
import { type Check, failed, ok, skipped, warning } from "./checks/check.ts";
import { excessCheck, excessPermissions, neededPermissions, permissionCheck } from "./checks/permissions.ts";
import { orUndefined, runInOrder } from "./session.ts";

const MOST_SKEW_MS = 60_000;
const ANONYMOUS = "system:anonymous";
const anonymous = failed("login", `it is let in without a name (${ANONYMOUS})`, "give the cluster a login in the fleet file: `auth`");
// Older API servers do not know the question, and some allow no login to ask it.
const UNTOLD = new Set<Code>(["forbidden", "not-found"]);

export function isUnanswered(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && UNTOLD.has(error.code);
}

/** Whether the API server lets the login in, and as which user; and its clock. */
export function checkLogin(api: Client): Promise<readonly Check[]> {
  return runInOrder(["login", "clock"], enter(api));
}

async function* enter(api: Client): AsyncGenerator<Check> {
  yield await loginCheck(api);
  yield await clockCheck(api);
}

async function clockCheck(api: Client): Promise<Check> {
  try {
    const { version, dateMs } = await readVersion(api);
    const skewMs = Number.isNaN(dateMs) ? 0 : dateMs - api.clock.nowMs();
    const said = `Kubernetes ${version}, its clock is off by ${Math.round(Math.abs(skewMs) / 1000)} s`;
    if (Math.abs(skewMs) <= MOST_SKEW_MS) return ok("clock", said);
    return warning("clock", said, "set the clocks right (NTP): logins that expire depend on them");
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return skipped("clock", "not known: the API server does not tell its version");
  }
}

async function loginCheck(api: Client): Promise<Check> {
  try {
    const { user, groups } = await reviewSelf(api);
    return user === ANONYMOUS ? anonymous : ok("login", `as ${user}, of ${groups.join(", ") || "no group"}`);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return error.said?.includes(ANONYMOUS) ? anonymous : ok("login", "it is let in; the API server does not say as whom");
  }
}

/** Every right that passes use, and whether there are others. What is not told, is skipped: passes do not need to know. */
export async function checkPermissions(
  entry: ClusterEntry,
  api: Client,
): Promise<{ checks: readonly Check[]; isDenied(right: Permission): boolean }> {
  const [needed, excess] = await Promise.all([reviewed(api, neededPermissions(entry)), reviewed(api, excessPermissions(entry))]);
  const checks = needed.map(({ right, allowed }) =>
    allowed === undefined ? skipped(`may ${permissionText(right)}`, "the API server does not say") : permissionCheck(right, allowed),
  );
  const denied = new Set(needed.filter(({ allowed }) => allowed === false).map(({ right }) => permissionText(right)));
  const known = excess.filter(({ allowed }) => allowed !== undefined);
  const beyond = excessCheck(known.filter(({ allowed }) => allowed).map(({ right }) => right));
  return { checks: known.length === 0 ? checks : [...checks, beyond], isDenied: (right) => denied.has(permissionText(right)) };
}

type Reviewed = { readonly right: Permission; readonly allowed: boolean | undefined };

function reviewed(api: Client, rights: readonly Permission[]): Promise<readonly Reviewed[]> {
  return Promise.all(rights.map(async (right) => ({ right, allowed: await orUndefined(isAllowed(api, right)) })));
}
