import { openProofs, openSources, type Sources } from "../cluster/source.ts";
import type { Ref } from "../core/access/ref.ts";
import { UpstreamError } from "../core/errors.ts";
import { REQUEST_MS } from "../core/limits.ts";
import type { Clock } from "../core/time.ts";
import type { Logins } from "../io/auth/logins.ts";
import { bodyBudget } from "../io/http/body-budget.ts";
import type { Client, Login } from "../io/http/client.ts";
import type { Connections, Endpoint } from "../io/http/connections.ts";
import { type Check, failedBy, skipped } from "./checks/check.ts";

/** What a doctor comes with; the same as a pass. */
export type DoctorSettings = {
  readonly connections: Connections;
  readonly logins: Logins;
  /** The folder that `file:` references are relative to; a fleet from elsewhere has none. */
  readonly folder: string | undefined;
  readonly receiverSecret?: Ref;
  readonly clock: Clock;
};

/** One look at one cluster: `secrets` are those of all logins in use, which must not be seen. */
export type Session = Sources & { readonly clock: Clock; readonly secrets: Set<string>; clientOf(login: Login): Client };

const CLUSTER_MS = 60_000;

export function openSession({ connections, logins, folder, clock }: DoctorSettings): Session {
  const secrets = new Set<string>();
  const bodies = bodyBudget();
  const deadline = clock.monotonicMs() + CLUSTER_MS;
  const watchedLogins: Logins = {
    ofCluster: (entry, at) => watched(logins.ofCluster(entry, at), secrets),
    ofSource: (source, at) => watched(logins.ofSource(source, at), secrets),
  };
  return {
    ...openSources({ logins: watchedLogins, folder, proofs: openProofs() }),
    clock,
    secrets,
    clientOf: (login) => ({ login, connections, bodies, requestMs: REQUEST_MS, deadline, clock }),
  };
}

function watched(login: Login, secrets: Set<string>): Login {
  const seen = <E extends Endpoint | undefined>(endpoint: E): E => {
    for (const secret of endpoint?.secrets ?? []) secrets.add(secret);
    return endpoint;
  };
  return {
    key: login.key,
    endpoint: async () => seen(await login.endpoint()),
    renewed: async (refused) => seen(await login.renewed(refused)),
  };
}

/** What another system says; undefined where it does not. */
export async function orUndefined<T>(ask: Promise<T>): Promise<T | undefined> {
  try {
    return await ask;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return undefined;
  }
}

/** Checks in their order, up to the first that fails: those after it rest on it, and are skipped. Another system's refusal fails the check it stopped. */
export async function runInOrder(names: readonly string[], checks: AsyncGenerator<Check>): Promise<readonly Check[]> {
  const done: Check[] = [];
  try {
    for await (const check of checks) {
      done.push(check);
      if (check.was === "failed" && names.includes(check.check)) break;
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    done.push(failedBy(names[done.length] ?? names.at(-1) ?? "", error));
  }
  return [...done, ...skipAll(names.slice(done.length), done)];
}

/** None of them was asked for, because of what failed before. */
export function skipAll(names: readonly string[], before: readonly Check[]): readonly Check[] {
  const cause = before.find(({ was }) => was === "failed");
  return cause === undefined ? [] : names.map((name) => skipped(name, `not asked for: ${cause.check} failed`));
}

export function hasFailed(checks: readonly Check[]): boolean {
  return checks.some(({ was }) => was === "failed");
}
