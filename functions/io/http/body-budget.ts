// Bounds what answers may take of the memory: each body alone, all that are in flight together, and what of them is not collected yet.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export type BodyBudget = {
  /** `onRefused` is called at most once, when this body has to go. */
  reserve(onRefused: () => void): { add(bytes: number): void; release(): void };
};

// What has arrived and is garbage already. The collector follows the heap, which these bytes lie outside of: answers that never end are
// received faster than it looks at them.
const UNCOLLECTED_BYTES = 96 * 2 ** 20;

type Body = { bytes: number; readonly refuse: () => void };

/** When all bodies together are too large, the largest one is refused, so that the others keep their room. */
export function bodyBudget({ eachBytes = 8 * 2 ** 20, allBytes = 64 * 2 ** 20 } = {}): BodyBudget {
  const bodies = new Set<Body>();
  let total = 0;
  let received = 0;
  const drop = (body: Body) => {
    if (!bodies.delete(body)) return;
    total -= body.bytes;
  };
  const refuse = (body: Body) => {
    drop(body);
    body.refuse();
  };
  return {
    reserve(onRefused) {
      const body: Body = { bytes: 0, refuse: onRefused };
      bodies.add(body);
      return {
        add(bytes) {
          received += bytes;
          if (received > UNCOLLECTED_BYTES) {
            received = 0;
            collectGarbage();
          }
          if (!bodies.has(body)) return;
          body.bytes += bytes;
          total += bytes;
          if (body.bytes > eachBytes) refuse(body);
          else if (total > allBytes) refuse([...bodies].reduce((largest, other) => (other.bytes > largest.bytes ? other : largest)));
        },
        release: () => drop(body),
      };
    },
  };
}

let collect: (() => void) | undefined;

function collectGarbage(): void {
  collect ??= exposedCollector();
  collect();
}

function exposedCollector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}
