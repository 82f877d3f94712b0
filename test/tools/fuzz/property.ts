// States what the receiver never does, whatever a request holds.

import fc from "fast-check";
import { NOW_MS } from "../../receive/pushes.ts";
import { aReceiver, SECRET, tokenOf } from "../../receive/receiver.ts";
import { attempts } from "./requests.ts";

const STATUSES = new Set([200, 202, 400, 401, 404, 405, 413, 415]);
const BODY = /^[a-z ]{2,30}\n$/;

/**
 * One receiver accepts any request: it never crashes, never requests another cluster than the one of the token, never grows without bound,
 * and never repeats any of the request.
 */
export async function attack({
  seed,
  numRuns,
}: {
  seed: number;
  numRuns: number;
}): Promise<{ readonly statuses: ReadonlyMap<number, number>; readonly events: number }> {
  let nowMs = NOW_MS;
  const receiver = aReceiver(() => nowMs);
  const statuses = new Map<number, number>();
  let events = 0;
  const property = fc.asyncProperty(attempts, async ({ event, holder }) => {
    nowMs += 1_000;
    const answer = await receiver.push(event);
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    const published = receiver.events.splice(0);
    events += published.length;
    const reported = receiver.reported.splice(0);
    expectThat(STATUSES.has(answer.statusCode), `the answer is ${answer.statusCode}`);
    expectThat(BODY.test(answer.body), "the answer has a known body");
    for (const { detail } of published)
      expectThat(JSON.stringify(detail).startsWith(`{"clusters":["${holder}"],"cause":"push"`), "an event names the token's cluster alone");
    expectThat(answer.statusCode === 202 || published.length === 0, "what is refused makes no event");
    expectThat(receiver.memory.size() <= 50_000, "the memory is bounded");
    const written = JSON.stringify([answer, published, reported]);
    for (const canary of [SECRET.current, "canary", ...(holder === undefined ? [] : [tokenOf(holder)])])
      expectThat(!written.includes(canary), "nothing that was sent comes back");
  });
  await fc.assert(property, { seed, numRuns });
  return { statuses, events };
}

function expectThat(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`does not hold: ${what}`);
}
