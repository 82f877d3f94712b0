// Measures what dead clusters cost a warm process beside those that are well, for `npm run bench -- --dead`.

import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { clock } from "../../../functions/clock.ts";
import { connector } from "../../../functions/cluster/connect.ts";
import { openProofs } from "../../../functions/cluster/source.ts";
import { openLogins } from "../../../functions/io/auth/logins.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../../functions/reconcile/fleet.ts";
import { openOutages } from "../../../functions/reconcile/outages.ts";
import type { ApiServer } from "./api-server.ts";
import { fleetOf, HERE } from "./fleet.ts";
import { median, rounded } from "./measure.ts";

const FLEET = 100;
// At first the code is compiled, the connections are opened, and what is dead is tried often enough. A tick that waits for an answer takes seconds.
const ROUNDS = { refusing: { warmUp: 16, measured: 30 }, silent: { warmUp: 4, measured: 5 } };

/** What one tick took: CPU, and the time until it was over and until the last of those that are well was done. */
type Tick = { cpuMs: number; ms: number; wellMs: number };
type Process = { tick: () => Promise<Tick>; close: () => Promise<void> };

/** 90 clusters alone against the same beside ten that refuse connections, or whose network drops every packet; tried in full, and probed. */
export async function reportDeadCost(server: ApiServer): Promise<void> {
  const hole = await openBlackHole();
  const refusing = await closedPort();
  await report(server, "refuse connections", refusing, ROUNDS.refusing);
  await report(server, "drop every packet", hole.port, ROUNDS.silent);
  hole.close();
}

async function report(server: ApiServer, what: string, port: number, rounds: { warmUp: number; measured: number }): Promise<void> {
  const urls = server.urls(FLEET);
  const well = urls.filter((_, index) => index % 10 !== 0);
  const mixed = urls.map((url, index) => (index % 10 === 0 ? url.replace(/:\d+$/, `:${port}`) : url));
  const processes = { alone: start(server, well, false), full: start(server, mixed, false), probed: start(server, mixed, true) };
  const names = ["alone", "full", "probed"] as const;
  const ticks: Record<(typeof names)[number], Tick>[] = [];
  for (let round = -rounds.warmUp; round < rounds.measured; round++) {
    const measured: Partial<Record<(typeof names)[number], Tick>> = {};
    for (const name of round % 2 === 0 ? names : names.toReversed()) measured[name] = await processes[name].tick();
    const { alone, full, probed } = measured;
    if (round >= 0 && alone && full && probed) ticks.push({ alone, full, probed });
  }
  await Promise.all(Object.values(processes).map(({ close }) => close()));
  const row = (name: (typeof names)[number]) => ({
    "ms of CPU": rounded(median(ticks.map((tick) => tick[name].cpuMs))),
    "× alone": rounded(median(ticks.map((tick) => tick[name].cpuMs / tick.alone.cpuMs))),
    "ms until those that are well are done": Math.round(median(ticks.map((tick) => tick[name].wellMs))),
    "ms of the tick": Math.round(median(ticks.map((tick) => tick[name].ms))),
  });
  console.log(`${well.length} clusters beside ${urls.length - well.length} that ${what} (goal: ≤ 1.10 × alone)`);
  console.table({ alone: row("alone"), "tried in full": row("full"), probed: row("probed") });
}

/** A warm process of its own over a fleet; the first probe of a dead cluster follows its third attempt, and none is due again in this time. */
function start(server: ApiServer, urls: readonly string[], mayProbe: boolean): Process {
  const fleet = fleetOf(server, urls);
  const connections = openConnections({ resolve: (_host, _options, found) => found(null, HERE) });
  const kept = { connections, logins: openLogins({ clock }), proofs: openProofs(), folder: "." };
  const outages = openOutages(() => 0);
  return {
    tick: async () => {
      const before = process.cpuUsage();
      const startedAt = performance.now();
      let wellMs = 0;
      const onOutcome = ({ was }: { was: string }) => {
        if (was === "reconciled") wellMs = performance.now() - startedAt;
      };
      await reconcileFleet(fleet, { connect: connector(kept), outages, mayProbe, onOutcome });
      const { user, system } = process.cpuUsage(before);
      return { cpuMs: (user + system) / 1000, ms: performance.now() - startedAt, wellMs };
    },
    close: () => connections.close(),
  };
}

/** A port whose server takes no connection: its queue is full, and the kernel drops whatever else arrives. */
async function openBlackHole(): Promise<{ port: number; close: () => void }> {
  const child = spawn(process.execPath, ["-e", BLOCKED], { stdio: ["ignore", "pipe", "inherit"] });
  const port = Number(await new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data)))));
  const sockets = Array.from({ length: 4 }, () => connect({ port, host: "127.0.0.1" }).on("error", () => undefined));
  return {
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      child.kill("SIGKILL");
    },
  };
}

const BLOCKED = `const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  require("node:fs").writeSync(1, String(server.address().port));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

function closedPort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
