import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Signature } from "../../core/access/alerts.ts";
import type { Clock } from "../../core/time.ts";
import type { Signer } from "../http/connections.ts";
import { identityOf } from "./assume-role.ts";
import type { AwsIdentity } from "./client.ts";

type Signing = {
  readonly identity: AwsIdentity;
  readonly region: string;
  /** The name that the service signs by: `sts`, `aps`. */
  readonly service: string;
  readonly method: string;
  /** As it is sent, query included. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In milliseconds since the epoch. */
  readonly nowMs: number;
};

/** The headers of a request without a body, with those that sign it: good for five minutes. */
export async function signedHeaders(signing: Signing): Promise<Record<string, string>> {
  const { headers } = await signerOf(signing).sign(toRequest(signing), { signingDate: new Date(signing.nowMs) });
  const { host: _, ...sent } = headers;
  return sent;
}

/** The URL with a signature in its query: a request with it, and with the same headers, counts as one of the identity. */
export async function presignedUrl(signing: Signing & { readonly expiresSeconds: number }): Promise<string> {
  const { query = {} } = await signerOf(signing).presign(toRequest(signing), {
    signingDate: new Date(signing.nowMs),
    expiresIn: signing.expiresSeconds,
  });
  const { origin, pathname } = new URL(signing.url);
  const words = Object.entries(query).flatMap(([name, values]) =>
    [values ?? ""].flat().map((value) => `${escaped(name)}=${escaped(value)}`),
  );
  return `${origin}${pathname}?${words.join("&")}`;
}

/** Signs each request in the name of a role, or of this process where none is named; an {@link UpstreamError} where there is no identity. */
export function signerFor(
  { region, service, roleArn }: Signature,
  { externalId, clock }: { readonly externalId: string | undefined; readonly clock: Clock },
): Signer {
  return {
    name: JSON.stringify([region, service, roleArn, externalId]),
    async sign(method, url) {
      const identity = await identityOf({ roleArn, externalId, region, nowMs: clock.nowMs() });
      const headers = await signedHeaders({ identity, region, service, method, url, nowMs: clock.nowMs() });
      return { headers, secrets: secretsIn(headers) };
    },
  };
}

// AWS repeats what it was sent where a signature does not fit, session token included.
function secretsIn({ authorization = "", "x-amz-security-token": token = "" }: Record<string, string>): readonly string[] {
  const [, signature = ""] = /Signature=(\w+)/.exec(authorization) ?? [];
  return [authorization, signature, token];
}

function signerOf({ identity, region, service }: Signing): SignatureV4 {
  return new SignatureV4({ credentials: identity, region, service, sha256: Sha256, applyChecksum: false });
}

function toRequest({ method, url, headers }: Signing) {
  const { protocol, hostname, host, pathname, searchParams } = new URL(url);
  const query = Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]));
  return { method, protocol, hostname, path: pathname, query, headers: { ...headers, host } };
}

// RFC 3986, as AWS encodes the query that it compares the signature with.
function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
