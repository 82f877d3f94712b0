import type { Signature } from "../core/source.ts";
import { identityOf } from "./assume-role.ts";
import type { Signer } from "./connections.ts";
import { signedHeaders } from "./sigv4.ts";

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
