// Asks AWS STS for roles, for tokens, and who asks, so that a change of the fleet has a name.

import { STS } from "@aws-sdk/client-sts";
import { orUpstreamError, PATIENCE } from "./client.ts";

const clients = new Map<string | undefined, STS>();

/** Asks AWS STS in a region, the process's own where none is named; an {@link UpstreamError} names `what`. */
export function askSts<Answer>(region: string | undefined, what: string, ask: (sts: STS) => Promise<Answer>): Promise<Answer> {
  const client = clients.get(region) ?? new STS({ region, ...PATIENCE });
  clients.set(region, client);
  return orUpstreamError(what, ask(client));
}

/** The ARN of the identity that this process has; an UpstreamError where it has none. */
export async function callerArn(): Promise<string> {
  const { Arn = "unknown" } = await askSts(undefined, "sts:GetCallerIdentity", (sts) => sts.getCallerIdentity({}));
  return Arn;
}
