import { UpstreamError } from "../../core/errors.ts";
import { type AwsIdentity, ownCredentials } from "./client.ts";
import { type Expiring, shortlyBefore, untilExpiry } from "./until-expiry.ts";

type Role = { readonly roleArn: string; readonly externalId?: string; readonly region: string };
/** `now` is in milliseconds since the epoch. */
type Asked<R> = R & { readonly now: number };

// Longer than the tokens that are signed with it are held at hand at the least.
const MARGIN_MS = 5 * 60_000;
const keep = untilExpiry<AwsIdentity>();

/** The identity of a role, or this process's own where none is named; an {@link UpstreamError} where it is not to be had. */
export function identityOf({ roleArn, ...asked }: Asked<Omit<Role, "roleArn">> & { readonly roleArn?: string }): Promise<AwsIdentity> {
  return roleArn === undefined ? ownCredentials() : assumeRole({ roleArn, ...asked });
}

/** The identity of a role, kept until shortly before it expires; an {@link UpstreamError} names the role. */
export function assumeRole({ roleArn, externalId, region, now }: Asked<Role>): Promise<AwsIdentity> {
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
