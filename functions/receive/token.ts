// A push token is derived from the receiver's secret, so that none is kept anywhere: it names its stage, its cluster and its generation.

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

/** What a token is for. */
export type Holder = { readonly stage: string; readonly cluster: string };

/** The token that a cluster shows for its name. */
export function pushToken({ current, generations }: PushSecret, holder: Holder): string {
  const generation = generationOf(generations, holder.cluster);
  return `as2.${generation}.${mac(current, toText("as2", holder, generation))}`;
}

/** Whether a token is this cluster's in this stage. The time that takes does not tell how much of it is right. */
export function isTokenOf({ current, previous = current, generations }: PushSecret, holder: Holder, token: string): boolean {
  const [, form = "", generation, shown = ""] = /^(as[12])\.([1-9][0-9]{0,8})\.([\w-]{43})$/.exec(token) ?? [];
  const expected = generationOf(generations, holder.cluster);
  const isRight = [current, previous].map((secret) => isSame(shown, mac(secret, toText(form, holder, expected))));
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

// The first form names no stage. None is derived any more, so the last of them ends with the secret that it was derived from.
function toText(form: string, { stage, cluster }: Holder, generation: number): string {
  if (form === "as1") return `alertstatus push token v1\n${cluster}\n${generation}`;
  return `alertstatus push token v2\n${stage}\n${cluster}\n${generation}`;
}

function mac(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("base64url");
}

function isSame(shown: string, right: string): boolean {
  const [one, other] = [Buffer.from(shown), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
