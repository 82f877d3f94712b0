import type { Signature } from "../core/source.ts";
import type { Signer } from "./connections.ts";

/** Signs each request in the name of a role, or of this process where none is named; an {@link UpstreamError} where there is no identity. */
export async function signerFor(
  { region, service, roleArn }: Signature,
  { externalId, now }: { readonly externalId: string | undefined; readonly now: () => number },
): Promise<Signer> {
  const [{ signedHeaders }, { ownCredentials }, { assumeRole }] = await Promise.all([
    import("./sigv4.ts"),
    import("./aws.ts"),
    import("./assume-role.ts"),
  ]);
  const identify = () => (roleArn === undefined ? ownCredentials() : assumeRole({ roleArn, externalId, region, now: now() }));
  return {
    name: JSON.stringify([region, service, roleArn, externalId]),
    sign: async (method, url) => signedHeaders({ identity: await identify(), region, service, method, url, now: now() }),
  };
}
