// A whole process of the benchmark: it looks once at each cluster, over connections that it opens, and says what that took of the CPU.

import { text } from "node:stream/consumers";
import { apiServerAt } from "./api-server.ts";
import { bareCold, product } from "./clients.ts";
import type { Started } from "./server.ts";

const clients = { bare: bareCold, product };

/** What it reads on stdin. */
export type OnePass = { client: keyof typeof clients; clusters: number; started: Started };

const { client, clusters, started }: OnePass = JSON.parse(await text(process.stdin));
const { pass, close } = clients[client](apiServerAt(started), clusters)();
await pass();
const { user, system } = process.cpuUsage();
console.log((user + system) / 1000);
await close();
