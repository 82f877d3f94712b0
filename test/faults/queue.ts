// Faults of the queue and of its clock: messages that no sender should send, and what a batch makes of them.

import { aMessage, aTick, type QueueMessage } from "../support/queue-messages.ts";

export type QueueFault = {
  readonly kind: "queue" | "clock";
  /** A sentence about the message. */
  readonly name: string;
  /** Made when it is sent: an old one is dropped. */
  readonly message: () => QueueMessage;
  /** Whether the message goes back to the queue, and what is counted. */
  readonly outcome: string;
};

const body = (text: string): QueueMessage => ({ ...aMessage(), body: text });
const DAY_MS = 86_400_000;
const BACK = "goes back; MessagesMalformed 1";

export const queue: readonly QueueFault[] = [
  { kind: "queue", name: "is no JSON", message: () => body("{"), outcome: BACK },
  { kind: "queue", name: "is empty", message: () => body(""), outcome: BACK },
  { kind: "queue", name: "names no cluster", message: () => aMessage({ clusters: [] }), outcome: BACK },
  {
    kind: "queue",
    name: "names a URL in place of a cluster",
    message: () => aMessage({ clusters: ["https://evil.example"] }),
    outcome: BACK,
  },
  { kind: "queue", name: "has a field that is not known", message: () => aMessage({ server: "https://evil.example" }), outcome: BACK },
  { kind: "queue", name: "is of another type", message: () => aMessage({}, { "detail-type": "Condition Changed" }), outcome: BACK },
  {
    kind: "queue",
    name: "nests a hundred thousand deep",
    message: () => body(`${"[".repeat(100_000)}${"]".repeat(100_000)}`),
    outcome: BACK,
  },
  {
    kind: "queue",
    name: "names ten thousand strangers",
    message: () => aMessage({ clusters: Array.from({ length: 10_000 }, (_, index) => `stranger-${index}`) }),
    outcome: "is done; UnknownClusters 10000",
  },
  {
    kind: "queue",
    name: "names the same cluster a thousand times",
    message: () => aMessage({ clusters: Array.from({ length: 1_000 }, () => "victim-0") }),
    outcome: "is done",
  },
  {
    kind: "clock",
    name: "is a tick of yesterday",
    message: () => aTick(["stranger"], { ageMs: DAY_MS }),
    outcome: "is done; TickRequestsDropped 1",
  },
  {
    kind: "clock",
    name: "is a push of yesterday",
    message: () => aMessage({ clusters: ["stranger"] }, { ageMs: DAY_MS }),
    outcome: "is done; PushRequestsDropped 1",
  },
  {
    kind: "clock",
    name: "is a push of tomorrow",
    message: () => aMessage({ clusters: ["stranger"] }, { ageMs: -DAY_MS }),
    outcome: "is done; UnknownClusters 1",
  },
  {
    kind: "clock",
    name: "was sent at a time that is none",
    message: () => ({ ...aMessage({ clusters: ["stranger"] }), attributes: { SentTimestamp: "never" } }),
    outcome: "is done; UnknownClusters 1",
  },
  { kind: "clock", name: "asks at a time that is none", message: () => aMessage({ at: "yesterday" }), outcome: BACK },
];
