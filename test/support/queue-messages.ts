// Builds queue messages as Lambda delivers them.

/** A message of a queue, as Lambda hands it over. */
export type QueueMessage = { readonly messageId: string; readonly body: string; readonly attributes: { readonly SentTimestamp: string } };

let count = 0;

/** A push for the cluster `eu`, as the bus writes an event; a field that is `undefined` is left out. `ageMs` is how long it waits already. */
export function aMessage(detail: object = {}, { ageMs = 0, ...envelope }: { ageMs?: number; [field: string]: unknown } = {}): QueueMessage {
  const sentMs = Date.now() - ageMs;
  const body = JSON.stringify({
    version: "0",
    id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
    "detail-type": "Reconcile Requested",
    source: "alertstatus",
    account: "123456789012",
    time: "2026-06-01T00:00:00Z",
    region: "eu-central-1",
    resources: [],
    detail: { clusters: ["eu"], cause: "push", at: new Date(sentMs).toISOString(), ...detail },
    ...envelope,
  });
  return { messageId: `message-${++count}`, body, attributes: { SentTimestamp: String(sentMs) } };
}

/** A request of a tick for these clusters. */
export function aTick(clusters: readonly string[], when: { ageMs?: number } = {}): QueueMessage {
  return aMessage({ clusters, cause: "schedule" }, when);
}
