import { UpstreamError } from "../../core/errors.ts";
import { openCache, shortlyBefore } from "../cache.ts";
import { type AwsIdentity, ownCredentials } from "./client.ts";

type Assumed = AwsIdentity & { readonly expiration: Date };
type Role = { readonly roleArn: string; readonly externalId?: string; readonly region: string };
/** `nowMs` is in milliseconds since the epoch. */
type Asked<R> = R & { readonly nowMs: number };

// Longer than the tokens that are signed with it are held at hand at the least.
const MARGIN_MS = 5 * 60_000;
const roles = openCache({ untilMs: ({ expiration }: Assumed) => shortlyBefore(expiration.getTime(), MARGIN_MS) });

/** The identity of a role, or this process's own where none is named; an {@link UpstreamError} where it is not to be had. */
export function identityOf({ roleArn, ...asked }: Asked<Omit<Role, "roleArn">> & { readonly roleArn?: string }): Promise<AwsIdentity> {
  return roleArn === undefined ? ownCredentials() : assumeRole({ roleArn, ...asked });
}

/** The identity of a role, kept until shortly before it expires; an {@link UpstreamError} names the role. */
export function assumeRole({ roleArn, externalId, region, nowMs }: Asked<Role>): Promise<AwsIdentity> {
  return roles.read(JSON.stringify([roleArn, externalId, region]), { nowMs }, () => ask({ roleArn, externalId, region }));
}

async function ask({ roleArn, externalId, region }: Role): Promise<Assumed> {
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
  return { accessKeyId, secretAccessKey, sessionToken, expiration };
}
