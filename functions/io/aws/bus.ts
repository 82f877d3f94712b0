import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import { UpstreamError } from "../../core/errors.ts";
import { OWN_SOURCE, type RECONCILE_REQUESTED } from "../../core/request.ts";
import { sanitize } from "../../core/text.ts";
import type { Entry } from "./put-events.ts";
import { awsRefusal } from "./refusal.ts";

export type BusEvent = { readonly detailType: typeof RECONCILE_REQUESTED | "Condition Changed"; readonly detail: object };

export type Bus = {
  /** Sends the events, those that are not taken once more; an {@link UpstreamError} where some of them are not taken in the end. */
  put(events: readonly BusEvent[]): Promise<void>;
};

// What one call takes. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
const MOST_ENTRIES = 10;
const MOST_BYTES = 240_000;
const CALLS_AT_ONCE = 8;
const ROUNDS = 4;
const PAUSE_MS = 100;

/** The event bus of that name; `withinMs` is what all calls of one `put` have together. Its client is loaded when there is something to send. */
export function openBus(name: string, { withinMs = 10_000 }: { readonly withinMs?: number } = {}): Bus {
  return {
    async put(events) {
      if (events.length === 0) return;
      const timeIsOver = AbortSignal.timeout(withinMs);
      const calls = inCalls(events.map((event) => entryOf(name, event)));
      const refusals = (await pLimit(CALLS_AT_ONCE).map(calls, (entries) => send(entries, timeIsOver))).flat();
      if (refusals.length === 0) return;
      const why = [...new Set(refusals)].join(", ");
      throw new UpstreamError("unavailable", `the bus ${name} did not take ${refusals.length} of ${events.length} events: ${why}`);
    },
  };
}

// Why each entry that is not taken in the end is not.
async function send(entries: readonly Entry[], timeIsOver: AbortSignal): Promise<readonly string[]> {
  const { putEvents } = await import("./put-events.ts");
  let left = entries;
  let refusals: readonly string[] = [];
  for (let round = 0; round < ROUNDS && left.length > 0; round++) {
    try {
      if (round > 0) await sleep(PAUSE_MS * 2 ** round * Math.random(), undefined, { signal: timeIsOver });
      const answers = await putEvents(left, timeIsOver);
      left = left.filter((_, index) => answers[index] !== undefined);
      refusals = answers.filter((answer) => answer !== undefined).map((answer) => sanitize(answer, 60));
    } catch (error) {
      // What the client throws after its own attempts is about the whole call.
      const { message } = awsRefusal("events:PutEvents", error, {});
      return left.map(() => message);
    }
  }
  return refusals;
}

function entryOf(bus: string, { detailType, detail }: BusEvent): Entry {
  return { EventBusName: bus, Source: OWN_SOURCE, DetailType: detailType, Detail: JSON.stringify(detail) };
}

function inCalls(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const calls: Entry[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry));
    const call = calls.at(-1);
    if (call !== undefined && call.length < MOST_ENTRIES && bytes + size <= MOST_BYTES) {
      call.push(entry);
      bytes += size;
    } else {
      calls.push([entry]);
      bytes = size;
    }
  }
  return calls;
}
