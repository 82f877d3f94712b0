import type { Signature } from "../../core/access/source.ts";
import { identityOf } from "../aws/assume-role.ts";
import { signedHeaders } from "../aws/sigv4.ts";
import type { Signer } from "../http/connections.ts";

/** Signs each request in the name of a role, or of this process where none is named; an {@link UpstreamError} where there is no identity. */
export function signerFor(
  { region, service, roleArn }: Signature,
  { externalId, now }: { readonly externalId: string | undefined; readonly now: () => number },
): Signer {
  return {
    name: JSON.stringify([region, service, roleArn, externalId]),
    async sign(method, url) {
      const identity = await identityOf({ roleArn, externalId, region, now: now() });
      return signedHeaders({ identity, region, service, method, url, now: now() });
    },
  };
}
