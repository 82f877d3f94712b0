// The one call of EventBridge, in a file of its own, so that its client is loaded only where there is something to send.

import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from "@aws-sdk/client-eventbridge";

export type Entry = PutEventsRequestEntry;

const client = new EventBridgeClient({ requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true } });

/** Sends at most ten entries. Of each, in their order: the word for why it was not taken, or undefined where it was. */
export async function putEvents(entries: readonly Entry[], abortSignal: AbortSignal): Promise<readonly (string | undefined)[]> {
  const { Entries = [] } = await client.send(new PutEventsCommand({ Entries: [...entries] }), { abortSignal });
  return entries.map((_, index) => Entries[index]?.ErrorCode);
}
