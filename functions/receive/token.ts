import { createHmac, timingSafeEqual } from "node:crypto";
import type { Ref } from "../core/access/ref.ts";
import { ConfigError, UpstreamError } from "../core/errors.ts";
import type { Clock } from "../core/time.ts";
import { readSecret } from "../io/auth/secret.ts";
import { openCache } from "../io/cache.ts";
import { type PushSecret, parsePushSecret } from "./secret.ts";

const REREAD_MS = 60_000;
const LAST_GOOD_MS = 15 * 60_000;

type Settings = { readonly clock: Clock; readonly onFailure: (error: Error) => void };

/** The token that a cluster shows for its name. */
export function pushToken({ current, generations }: PushSecret, cluster: string): string {
  const generation = generationOf(generations, cluster);
  return `as1.${generation}.${mac(current, cluster, generation)}`;
}

/** Whether a token is this cluster's. How long that takes tells nobody how much of it is right. */
export function isTokenOf({ current, previous = current, generations }: PushSecret, cluster: string, token: string): boolean {
  const [, generation, told = ""] = /^as1\.([1-9][0-9]{0,8})\.([\w-]{43})$/.exec(token) ?? [];
  const expected = generationOf(generations, cluster);
  const isRight = [current, previous].map((secret) => isSame(told, mac(secret, cluster, expected)));
  return isRight.includes(true) && Number(generation) === expected;
}

/** Reads a secret; an UpstreamError where it cannot be read, a {@link ConfigError} where it is not fit to be one. */
export async function readPushSecret(ref: Ref): Promise<PushSecret> {
  return parsePushSecret(await readSecret(ref, undefined));
}

/**
 * The secret from invocation to invocation, read again every minute. Where that fails, the last good one is used for a quarter of an
 * hour, and `onFailure` hears why; without one it is an {@link UpstreamError} or a ConfigError.
 */
export function openPushSecret(ref: Ref, { clock, onFailure }: Settings): () => Promise<PushSecret> {
  const secrets = openCache<PushSecret>({ untilMs: (_, askedAtMs) => askedAtMs + REREAD_MS, staleMs: LAST_GOOD_MS });

  async function read(): Promise<PushSecret> {
    try {
      return await readPushSecret(ref);
    } catch (error) {
      if (error instanceof UpstreamError || error instanceof ConfigError) onFailure(error);
      throw error;
    }
  }

  return () => secrets.read("", { nowMs: clock.nowMs() }, read);
}

/** Which of its tokens a cluster has now, from 1. */
export function generationOf(generations: PushSecret["generations"], cluster: string): number {
  // `constructor` is a name that a cluster may have.
  return (Object.hasOwn(generations, cluster) ? generations[cluster] : undefined) ?? 1;
}

function mac(secret: string, cluster: string, generation: number): string {
  return createHmac("sha256", secret).update(`alertstatus push token v1\n${cluster}\n${generation}`).digest("base64url");
}

function isSame(told: string, right: string): boolean {
  const [one, other] = [Buffer.from(told), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
