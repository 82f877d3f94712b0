// Asks AWS who asks, so that a change of the fleet has a name.

import { askSts } from "./sts.ts";

/** The ARN of the identity that this process has; an UpstreamError where it has none. */
export async function callerArn(): Promise<string> {
  const { Arn = "unknown" } = await askSts(undefined, "sts:GetCallerIdentity", (sts) => sts.getCallerIdentity({}));
  return Arn;
}
