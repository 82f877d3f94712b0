import { STS } from "@aws-sdk/client-sts";
import { orUpstreamError, PATIENCE } from "./client.ts";

const clients = new Map<string | undefined, STS>();

/** Asks AWS STS in a region, the process's own where none is named; an {@link UpstreamError} names `what`. */
export function askSts<Answer>(region: string | undefined, what: string, ask: (sts: STS) => Promise<Answer>): Promise<Answer> {
  const client = clients.get(region) ?? new STS({ region, ...PATIENCE });
  clients.set(region, client);
  return orUpstreamError(what, ask(client));
}
