// Puts events on the bus in as few calls as it takes, and says exactly which of them did not arrive.

import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { UpstreamError } from "../../core/errors.ts";
import { OWN_SOURCE, type RECONCILE_REQUESTED } from "../../core/request.ts";
import { sanitize } from "../../core/text.ts";
import type { Entry } from "./put-events.ts";
import { awsRefusal } from "./refusal.ts";

export type BusEvent = {
  readonly detailType: typeof RECONCILE_REQUESTED | "Condition Changed" | "Transitions Omitted";
  readonly detail: object;
};

/** The events that the bus did not take in the end, and why; undefined where it took them all. */
type Loss = { readonly lost: readonly BusEvent[]; readonly why: string };

export type Bus = {
  /** Sends the events, those that are not taken once more; an {@link UpstreamError} where some of them are not taken in the end. */
  put(events: readonly BusEvent[]): Promise<void>;
  /** The same, in the order of the events, and what is not taken is the answer. */
  offer(events: readonly BusEvent[]): Promise<Loss | undefined>;
};

type Sending = { readonly event: BusEvent; readonly entry: Entry };
type Refused = { readonly event: BusEvent; readonly why: string };

// What one call takes. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
const MAX_ENTRIES = 10;
const MAX_BYTES = 240_000;
const CALLS_AT_ONCE = 8;
const ROUNDS = 4;
const PAUSE_MS = 100;

/** The event bus of that name; `withinMs` is what all calls of one sending have together. Its client is loaded when there is something to send. */
export function openBus(name: string, { withinMs = 10_000 }: { readonly withinMs?: number } = {}): Bus {
  const offer = async (events: readonly BusEvent[]): Promise<Loss | undefined> => {
    const timeIsOver = AbortSignal.timeout(withinMs);
    const calls = inCalls(events.map((event) => ({ event, entry: entryOf(name, event) })));
    const refused = (await pLimit(CALLS_AT_ONCE).map(calls, (call) => send(call, timeIsOver))).flat();
    if (refused.length === 0) return undefined;
    const why = [...new Set(refused.map((one) => one.why))].join(", ");
    return {
      lost: refused.map(({ event }) => event),
      why: `the bus ${name} did not take ${refused.length} of ${events.length} events: ${why}`,
    };
  };
  return {
    offer,
    async put(events) {
      const loss = await offer(events);
      if (loss !== undefined) throw new UpstreamError("unavailable", loss.why);
    },
  };
}

// Why each entry that is not taken in the end is not.
async function send(call: readonly Sending[], timeIsOver: AbortSignal): Promise<readonly Refused[]> {
  const { putEvents } = await import("./put-events.ts");
  let left = call;
  let refused: readonly Refused[] = [];
  for (let round = 0; round < ROUNDS && left.length > 0; round++) {
    try {
      if (round > 0) await sleep(PAUSE_MS * 2 ** round * Math.random(), undefined, { signal: timeIsOver });
      const answers = await putEvents(
        left.map(({ entry }) => entry),
        timeIsOver,
      );
      refused = left.flatMap(({ event }, index) => {
        const answer = answers[index];
        return answer === undefined ? [] : [{ event, why: sanitize(answer, 60) }];
      });
      left = left.filter((_, index) => answers[index] !== undefined);
    } catch (error) {
      // What the client throws after its own attempts is about the whole call.
      const { message } = awsRefusal("events:PutEvents", error, {});
      return left.map(({ event }) => ({ event, why: message }));
    }
  }
  return refused;
}

function entryOf(bus: string, { detailType, detail }: BusEvent): Entry {
  return { EventBusName: bus, Source: OWN_SOURCE, DetailType: detailType, Detail: JSON.stringify(detail) };
}

function inCalls(sendings: readonly Sending[]): readonly (readonly Sending[])[] {
  const calls: Sending[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const sending of sendings) {
    const size = Buffer.byteLength(JSON.stringify(sending.entry));
    const call = calls.at(-1);
    if (call !== undefined && call.length < MAX_ENTRIES && bytes + size <= MAX_BYTES) {
      call.push(sending);
      bytes += size;
    } else {
      calls.push([sending]);
      bytes = size;
    }
  }
  return calls;
}
