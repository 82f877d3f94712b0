// A server on a thread of its own, which says through shared memory that its answer is on the wire.

import { createServer } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

const flag = new Int32Array(workerData);
const server = createServer((_, response) => {
  response.on("finish", () => {
    Atomics.add(flag, 0, 1);
    Atomics.notify(flag, 0);
  });
  response.end("{}");
});
server.listen(0, "127.0.0.1", () => parentPort?.postMessage(server.address()));
