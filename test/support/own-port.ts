// Reserves ports for programs that cannot choose one themselves, or that restart on the same one.

import { createServer } from "node:net";

// Below the ports that Linux hands out by itself: https://docs.kernel.org/networking/ip-sysctl.html (ip_local_port_range).
// Above 10080, which fetch refuses: https://fetch.spec.whatwg.org/#port-blocking.
const FIRST = 10_100;
const LAST = 32_000;
const EACH = 80;

// Vitest counts its workers up: hundreds of them have ports of their own.
const SLOTS = Math.floor((LAST - FIRST) / EACH);
// One that needs more goes on where workers have long ended, or have not begun.
const TURNS = 3;
const slot = Number(process.env.VITEST_WORKER_ID ?? process.pid) % SLOTS;
let used = 0;

/** A free port that no other process of the tests gets, each once. */
export async function ownPort(address = "127.0.0.1"): Promise<number> {
  while (used < TURNS * EACH) {
    const turn = Math.floor(used / EACH);
    const port = FIRST + ((slot + turn * Math.floor(SLOTS / TURNS)) % SLOTS) * EACH + (used++ % EACH);
    if (await isFree(address, port)) return port;
  }
  throw new Error(`all ${TURNS * EACH} ports of this process are in use`);
}

function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, address, () => server.close(() => resolve(true)));
  });
}
