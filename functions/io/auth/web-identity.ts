import { UpstreamError } from "../../core/errors.ts";
import { ownCredentials } from "../aws/client.ts";
import { type Expiring, shortlyBefore, untilExpiry } from "../aws/until-expiry.ts";

export type WebIdentityToken = { readonly token: string; readonly expiresAtMs: number };

type Asked = {
  readonly audience: string;
  readonly region?: string;
  /** In milliseconds since the epoch. */
  readonly now: number;
  /** A token that was not accepted, although it has not expired. */
  readonly refused?: string;
};

const DURATION_S = 900;
const LEAST_DURATION_S = 60;
// A server's clock may be as far ahead of ours.
const MARGIN_MS = 2 * 60_000;
const keep = untilExpiry<WebIdentityToken>();

/** A JWT for an audience, issued to this process by AWS STS and kept until shortly before it expires; an {@link UpstreamError} names the audience. */
export async function webIdentityToken({ audience, region, now, refused }: Asked): Promise<WebIdentityToken> {
  const key = JSON.stringify([audience, region]);
  const known = await keep(key, now, () => ask(audience, region, now));
  if (known.token !== refused) return known;
  // As if it had expired, so that all whose token was refused share one new token.
  return keep(key, known.expiresAtMs, () => ask(audience, region, now));
}

async function ask(audience: string, region: string | undefined, now: number): Promise<Expiring<WebIdentityToken>> {
  const what = `sts:GetWebIdentityToken for the audience ${audience}`;
  const { askSts } = await import("../aws/sts.ts");
  const { expiration } = await ownCredentials();
  const { WebIdentityToken: token, Expiration } = await askSts(region, what, (sts) =>
    sts.getWebIdentityToken({ Audience: [audience], SigningAlgorithm: "RS256", DurationSeconds: durationS(now, expiration) }),
  );
  if (token === undefined || Expiration === undefined) throw new UpstreamError("unavailable", `${what}: the answer holds no token`);
  const expiresAtMs = shortlyBefore(Expiration.getTime(), MARGIN_MS);
  return { value: { token, expiresAtMs }, expiresAtMs };
}

// STS issues no token that outlives the session of whoever asks.
function durationS(now: number, expiration: Date | undefined): number {
  const leftS = expiration === undefined ? DURATION_S : Math.floor((expiration.getTime() - now) / 1_000);
  return Math.max(LEAST_DURATION_S, Math.min(DURATION_S, leftS));
}
