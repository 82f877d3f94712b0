// AWS STS issues a token that names this process, for one audience; it is kept until shortly before it expires.

import { UpstreamError } from "../../core/errors.ts";
import { ownCredentials } from "../aws/client.ts";
import { openCache, shortlyBefore } from "../cache.ts";

export type WebIdentityToken = { readonly token: string; readonly expiresAtMs: number };

type Asked = {
  readonly audience: string;
  readonly region?: string;
  /** In milliseconds since the epoch. */
  readonly nowMs: number;
  /** A token that was not accepted, although it has not expired. */
  readonly refused?: string;
};

const DURATION_S = 900;
const LEAST_DURATION_S = 60;
// The clock of a server may be as far ahead.
const MARGIN_MS = 2 * 60_000;
// A token that was issued this moment is refused for another reason than its age.
const JUST_NOW_MS = 5_000;
const tokens = openCache({ untilMs: ({ expiresAtMs }: WebIdentityToken) => expiresAtMs });

/** A JWT for an audience, issued to this process by AWS STS and kept until shortly before it expires; an {@link UpstreamError} names the audience. */
export async function webIdentityToken({ audience, region, nowMs, refused }: Asked): Promise<WebIdentityToken> {
  const key = JSON.stringify([audience, region]);
  const issue = () => ask(audience, region, nowMs);
  const known = await tokens.read(key, { nowMs }, issue);
  return known.token === refused ? tokens.read(key, { nowMs, after: nowMs - JUST_NOW_MS }, issue) : known;
}

async function ask(audience: string, region: string | undefined, nowMs: number): Promise<WebIdentityToken> {
  const what = `sts:GetWebIdentityToken for the audience ${audience}`;
  const { askSts } = await import("../aws/sts.ts");
  const { expiration } = await ownCredentials();
  const { WebIdentityToken: token, Expiration } = await askSts(region, what, (sts) =>
    sts.getWebIdentityToken({ Audience: [audience], SigningAlgorithm: "RS256", DurationSeconds: durationS(nowMs, expiration) }),
  );
  if (token === undefined || Expiration === undefined) throw new UpstreamError("unavailable", `${what}: the answer holds no token`);
  return { token, expiresAtMs: shortlyBefore(Expiration.getTime(), MARGIN_MS) };
}

// STS issues no token that outlives the session of the caller.
function durationS(nowMs: number, expiration: Date | undefined): number {
  const leftS = expiration === undefined ? DURATION_S : Math.floor((expiration.getTime() - nowMs) / 1_000);
  return Math.max(LEAST_DURATION_S, Math.min(DURATION_S, leftS));
}
