// Holds the receiver to the number of events that a storm of pushes may cause.

import { expect, test } from "vitest";
import { aPosted, NOW_MS } from "./pushes.ts";
import { aReceiver, requested, urlEvent } from "./receiver.ts";

const CLUSTERS = 100;
const PUSHES = 10_000;
const MINUTE_MS = 60_000;

const clusters = Array.from({ length: CLUSTERS }, (_, index) => `c-${index}`);
const clock = (push: number) => NOW_MS + (push / PUSHES) * MINUTE_MS;

test("a storm of repeated pushes requests one reconcile for each change", async () => {
  let nowMs = NOW_MS;
  const receiver = aReceiver(() => nowMs);
  const changes = new Set<string>();
  for (let push = 0; push < PUSHES; push++) {
    nowMs = clock(push);
    const cluster = clusters[push % CLUSTERS]!;
    const name = `A${(push * 7) % 3}`;
    const isOver = push >= PUSHES / 2;
    changes.add(`${cluster} ${name} ${isOver}`);
    const body = [
      aPosted(
        name,
        isOver ? { endsAt: new Date(NOW_MS + MINUTE_MS / 2).toISOString() } : { endsAt: new Date(nowMs + 4 * MINUTE_MS).toISOString() },
      ),
    ];
    expect((await receiver.push(urlEvent({ cluster, body }))).statusCode).toBe(202);
  }
  expect(changes.size).toBe(CLUSTERS * 3 * 2);
  expect(requested(receiver)).toHaveLength(changes.size);
  for (const cluster of clusters) expect(requested(receiver)).toContainEqual([cluster]);
});

test("a storm of news requests as many reconciles as the cluster's tokens allow", async () => {
  let nowMs = NOW_MS;
  const receiver = aReceiver(() => nowMs);
  for (let push = 0; push < PUSHES; push++) {
    nowMs = clock(push);
    await receiver.push(urlEvent({ cluster: "loud", body: [aPosted(`A${push}`)] }));
  }
  await receiver.push(urlEvent({ cluster: "quiet", body: [aPosted("A")] }));
  const loud = requested(receiver).filter((names) => JSON.stringify(names) === '["loud"]');
  expect(loud.length).toBeGreaterThanOrEqual(60 + 59);
  expect(loud.length).toBeLessThanOrEqual(60 + 60);
  expect(requested(receiver)).toContainEqual(["quiet"]);
});
