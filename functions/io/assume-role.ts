import { UpstreamError } from "../core/errors.ts";
import type { AwsIdentity } from "./aws.ts";
import { type Expiring, shortlyBefore, untilExpiry } from "./until-expiry.ts";

type Role = { readonly roleArn: string; readonly externalId?: string; readonly region: string };

// Longer than the tokens that are signed with it are held at hand at the least.
const MARGIN_MS = 5 * 60_000;
const keep = untilExpiry<AwsIdentity>();

/** The identity of a role, kept until shortly before it expires; an {@link UpstreamError} names the role. `now` is in milliseconds since the epoch. */
export function assumeRole({ roleArn, externalId, region, now = Date.now() }: Role & { readonly now?: number }): Promise<AwsIdentity> {
  return keep(JSON.stringify([roleArn, externalId, region]), now, () => ask({ roleArn, externalId, region }));
}

async function ask({ roleArn, externalId, region }: Role): Promise<Expiring<AwsIdentity>> {
  const what = `sts:AssumeRole of ${roleArn}`;
  const { askSts } = await import("./sts.ts");
  const { Credentials } = await askSts(region, what, (sts) =>
    sts.assumeRole({ RoleArn: roleArn, RoleSessionName: "alertstatus", ExternalId: externalId }),
  );
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration,
  } = Credentials ?? {};
  if (accessKeyId === undefined || secretAccessKey === undefined || expiration === undefined)
    throw new UpstreamError("unavailable", `${what}: the answer holds no credentials`);
  return { value: { accessKeyId, secretAccessKey, sessionToken, expiration }, expiresAtMs: shortlyBefore(expiration.getTime(), MARGIN_MS) };
}
