// Gives the checks of one cluster their clients, a deadline, and the secrets that no message may show.

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
import type { Refusers } from "./conditions.ts";

/** The settings of a diagnosis, the same that a pass has. */
export type DoctorSettings = {
  readonly connections: Connections;
  readonly logins: Logins;
  /** The folder that `file:` references are relative to; a remote fleet has none. */
  readonly folder: string | undefined;
  readonly receiverSecret?: Ref;
  readonly refusers?: Refusers;
  readonly clock: Clock;
};

/** One diagnosis of one cluster; `secrets` collects those of all its logins, for redaction. */
export type Session = Sources & {
  readonly clock: Clock;
  readonly secrets: Set<string>;
  readonly refusers: Refusers;
  clientOf(login: Login): Client;
};

const CLUSTER_MS = 60_000;

export function openSession({ connections, logins, folder, clock, refusers = () => undefined }: DoctorSettings): Session {
  const secrets = new Set<string>();
  const bodies = bodyBudget();
  const deadline = clock.monotonicMs() + CLUSTER_MS;
  const collectingLogins: Logins = {
    ofCluster: (entry, at) => collectSecrets(logins.ofCluster(entry, at), secrets),
    ofSource: (source, at) => collectSecrets(logins.ofSource(source, at), secrets),
    secretsOf: logins.secretsOf,
  };
  return {
    ...openSources({ logins: collectingLogins, folder, proofs: openProofs() }),
    clock,
    secrets,
    refusers,
    clientOf: (login) => ({ login, connections, bodies, requestMs: REQUEST_MS, deadline, clock }),
  };
}

// The same login, whose secrets end up in `secrets` as it hands them out.
function collectSecrets(login: Login, secrets: Set<string>): Login {
  const collect = <E extends Endpoint | undefined>(endpoint: E): E => {
    for (const secret of endpoint?.secrets ?? []) secrets.add(secret);
    return endpoint;
  };
  return {
    key: login.key,
    endpoint: async () => collect(await login.endpoint()),
    renewed: async (refused, minAgeMs) => collect(await login.renewed(refused, minAgeMs)),
  };
}

/** The answer of another system; undefined where the request fails. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return undefined;
  }
}

/** Runs checks in order until one fails; those after it depend on it and are skipped. An {@link UpstreamError} fails the check that it interrupts. */
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

/** Skips the checks `names` because of the first failure in `earlier`. */
export function skipAll(names: readonly string[], earlier: readonly Check[]): readonly Check[] {
  const cause = earlier.find(({ was }) => was === "failed");
  return cause === undefined ? [] : names.map((name) => skipped(name, `not checked: ${cause.check} failed`));
}

export function hasFailed(checks: readonly Check[]): boolean {
  return checks.some(({ was }) => was === "failed");
}
