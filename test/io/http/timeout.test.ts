// Holds a deadline to what a server did: an answer that lies in the socket while this process stalls is no timeout.

import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test, vi } from "vitest";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { get } from "../../../functions/io/http/request.ts";
import { stopAfter } from "../../../functions/io/http/timeout.ts";
import { aClient, aLogin } from "../../support/client.ts";

const REQUEST_MS = 50;

test("an answer that arrives while the process stalls is an answer, however long the stall", async () => {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const server = new Worker(join(import.meta.dirname, "stalled-process.ts"), { workerData: flag.buffer });
  const connections = openConnections();
  onTestFinished(async () => {
    await connections.close();
    await server.terminate();
  });
  const [{ port }] = await once(server, "message");
  const client = aClient(connections, aLogin({ origin: `http://127.0.0.1:${port}` }));
  await get(client, "/warm");
  const answer = get({ ...client, requestMs: REQUEST_MS }, "/");
  // The request is on the wire after some turns of the loop; what follows blocks this thread until the answer is, and its time is over.
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  Atomics.wait(flag, 0, 1, 5_000);
  const end = performance.now() + 2 * REQUEST_MS;
  while (performance.now() < end);
  expect((await answer).status).toBe(200);
});

test("what is called off in time does not stop", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const stop = vi.fn();
  const callOff = stopAfter(10, stop);
  vi.advanceTimersByTime(10);
  callOff();
  vi.runAllTimers();
  expect(stop).not.toHaveBeenCalled();
  stopAfter(10, stop);
  vi.runAllTimers();
  expect(stop).toHaveBeenCalledOnce();
});
