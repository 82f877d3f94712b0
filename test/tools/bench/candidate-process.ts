// The process of one client of the benchmark.

import { apiServerAt } from "./api-server.ts";
import { clientNode } from "./client-node.ts";
import { bare, type Client, product } from "./clients.ts";
import type { Started } from "./server.ts";

const clients = { bare, product, clientNode };
export type ClientName = keyof typeof clients;

/** What a candidate is told first; from then on it is told how many passes to make, and answers with the milliseconds of CPU that they took. */
export type Given = { client: ClientName; clusters: number; anew: boolean; started: Started };

process.once("message", ({ client, clusters, anew, started }: Given) => {
  const open = clients[client](apiServerAt(started), clusters);
  const kept = anew ? undefined : open();
  const pass = () => kept?.pass() ?? passAnew(open());
  process.on("message", async (passes: number) => process.send?.(await cpuMs(pass, passes)));
  process.send?.(0);
});
process.once("disconnect", () => process.exit());

async function passAnew({ pass, close }: Client): Promise<void> {
  await pass();
  await close();
}

async function cpuMs(pass: () => Promise<void>, passes: number): Promise<number> {
  const before = process.cpuUsage();
  for (let count = 0; count < passes; count++) await pass();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
