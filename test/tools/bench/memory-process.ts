// The process that `npm run bench:memory` measures: one warm function, invoked tick by tick.

import { aTick } from "../../support/queue-messages.ts";

/** In MB, after a collection. */
export type Measured = { readonly passes: number; readonly heap: number; readonly external: number; readonly rss: number };

const [file = "", ...clusters] = process.argv.slice(2);
const { handler } = await import(file);
const warmUp = Number(process.env.WARM_UP);
const passes = Number(process.env.PASSES);

for (let pass = 1; pass <= warmUp + passes; pass++) {
  const context = { awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => 60_000 };
  await handler({ Records: [aTick(clusters)] }, context);
  if (pass >= warmUp && (pass - warmUp) % 100 === 0) measure(pass - warmUp);
}
process.disconnect();

function measure(count: number): void {
  for (let time = 0; time < 3; time++) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const measured: Measured = { passes: count, heap: heapUsed / 2 ** 20, external: external / 2 ** 20, rss: rss / 2 ** 20 };
  process.send?.(measured);
}
