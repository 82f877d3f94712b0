// The identity of a role, in this account or another, kept until shortly before it expires.

import { UpstreamError } from "../../core/errors.ts";
import { openCache, shortlyBefore } from "../cache.ts";
import { type AwsIdentity, ownCredentials } from "./client.ts";

type Assumed = AwsIdentity & { readonly expiration: Date };
type Role = { readonly roleArn: string; readonly externalId?: string; readonly sessionOf?: string; readonly region: string };
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
export function assumeRole({ roleArn, externalId, sessionOf, region, nowMs }: Asked<Role>): Promise<AwsIdentity> {
  return roles.read(JSON.stringify([roleArn, externalId, sessionOf, region]), { nowMs }, () =>
    ask({ roleArn, externalId, sessionOf, region }),
  );
}

async function ask({ roleArn, externalId, sessionOf, region }: Role): Promise<Assumed> {
  const what = `sts:AssumeRole of ${roleArn}`;
  const { askSts } = await import("./sts.ts");
  const { Credentials } = await askSts(region, what, (sts) =>
    sts.assumeRole({ RoleArn: roleArn, RoleSessionName: sessionName(sessionOf), ExternalId: externalId }),
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

// Stands in the audit trail of the role's account. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
function sessionName(sessionOf: string | undefined): string {
  if (sessionOf === undefined) return "alertstatus";
  return `alertstatus-${sessionOf.replace(/[^\w+=,.@-]/g, "-")}`.slice(0, 64);
}
