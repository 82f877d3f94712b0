// Checks whether a cluster can push to the receiver, and whether its Prometheus does.

import type { Ref } from "../core/access/ref.ts";
import { ConfigError, UpstreamError } from "../core/errors.ts";
import type { Client } from "../io/http/client.ts";
import { readPushTargets } from "../io/prometheus/status.ts";
import { generationOf, readPushSecret } from "../receive/token.ts";
import { type Check, failed, failedBy, ok, skipped } from "./checks/check.ts";
import { pushCheck } from "./checks/push.ts";
import { orUndefined } from "./session.ts";

const TOKEN = "push token";

/** Checks the push token, and where the sources push to. @param sources `client` is set for those that answer */
export async function checkPush(
  cluster: string,
  receiverSecret: Ref | undefined,
  sources: readonly { readonly client?: Client; readonly prefix: string }[],
): Promise<readonly Check[]> {
  const targets = await Promise.all(sources.map(({ client, prefix }) => client && orUndefined(readPushTargets(client, prefix))));
  return [await tokenCheck(cluster, receiverSecret), pushCheck(cluster, targets)];
}

async function tokenCheck(cluster: string, ref: Ref | undefined): Promise<Check> {
  if (ref === undefined) return skipped(TOKEN, "unknown: RECEIVER_SECRET is not set here");
  try {
    const { generations } = await readPushSecret(ref);
    return ok(TOKEN, `there is one, generation ${generationOf(generations, cluster)}`);
  } catch (error) {
    if (error instanceof UpstreamError) return failedBy(TOKEN, error);
    if (error instanceof ConfigError) return failed(TOKEN, error.message, "correct the secret that RECEIVER_SECRET refers to");
    throw error;
  }
}
