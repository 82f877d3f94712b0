// Simulates PutEvents, with entries and calls that it refuses.

import { text } from "node:stream/consumers";
import { serve } from "./http-server.ts";

/** An entry as it was sent, its detail parsed. */
export type SentEvent = {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: { readonly [field: string]: unknown };
};

/** Why an entry is not taken, or the status of the whole answer; undefined where the entry is taken. */
type Refusal = (event: SentEvent, call: number) => string | undefined;

export type EventBridge = {
  readonly url: string;
  /** Every call, with all that was in it. */
  readonly calls: (readonly SentEvent[])[];
  /** What was taken. */
  readonly taken: SentEvent[];
  /** How large the largest call was, in bytes. */
  largest(): number;
  refuse(refusal: Refusal): void;
  /** From now on the answer is this status, whatever is sent; 0 is no answer at all. */
  fail(status: number | undefined): void;
  reset(): void;
  close(): Promise<void>;
};

/** Speaks the JSON protocol of PutEvents: it takes what it is not told to refuse, and answers 200 although it refuses. */
export async function startEventBridge(): Promise<EventBridge> {
  const calls: (readonly SentEvent[])[] = [];
  const taken: SentEvent[] = [];
  let refusal: Refusal = () => undefined;
  let failure: number | undefined;
  let largest = 0;
  const { url, close } = await serve(async (request, response) => {
    const body = await text(request);
    largest = Math.max(largest, body.length);
    if (request.headers["x-amz-target"] !== "AWSEvents.PutEvents") return response.writeHead(404).end();
    const events: SentEvent[] = JSON.parse(body).Entries.map((entry: { Detail: string }) => ({
      ...entry,
      Detail: JSON.parse(entry.Detail),
    }));
    calls.push(events);
    if (failure === 0) return undefined;
    const type = { "content-type": "application/x-amz-json-1.1" };
    if (failure !== undefined)
      return response.writeHead(failure, type).end(JSON.stringify({ __type: "AccessDeniedException", message: "no" }));
    const answers = events.map((event) => answerTo(event, refusal(event, calls.length)));
    taken.push(...events.filter((_, index) => answers[index]?.EventId !== undefined));
    return response
      .writeHead(200, type)
      .end(JSON.stringify({ FailedEntryCount: answers.filter(({ ErrorCode }) => ErrorCode).length, Entries: answers }));
  });
  return {
    url,
    calls,
    taken,
    largest: () => largest,
    refuse: (next) => {
      refusal = next;
    },
    fail: (status) => {
      failure = status;
    },
    reset: () => {
      calls.length = 0;
      taken.length = 0;
      refusal = () => undefined;
      failure = undefined;
    },
    close,
  };
}

function answerTo(_: SentEvent, code: string | undefined): { EventId?: string; ErrorCode?: string; ErrorMessage?: string } {
  return code === undefined ? { EventId: crypto.randomUUID() } : { ErrorCode: code, ErrorMessage: "try again" };
}

/** What makes an AWS client of a child process, or of this one, speak with it. */
export function awsEnvironment(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "canary-aws-secret-key",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}
