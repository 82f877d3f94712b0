// Defines the clients that the benchmark compares.

import type { LookupFunction } from "node:net";
import pLimit from "p-limit";
import { Pool } from "undici";
import { clock } from "../../../functions/clock.ts";
import { connector } from "../../../functions/cluster/connect.ts";
import { openProofs } from "../../../functions/cluster/source.ts";
import { CONCURRENCY } from "../../../functions/core/limits.ts";
import { summarize } from "../../../functions/core/outcome/outcome.ts";
import { openLogins } from "../../../functions/io/auth/logins.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { openKnownLists } from "../../../functions/io/kubernetes/known-lists.ts";
import { reconcileFleet } from "../../../functions/reconcile/fleet.ts";
import type { ApiServer } from "./api-server.ts";
import { answers, evidence } from "./bodies.ts";
import { fleetOf, HERE } from "./fleet.ts";

/** Looks at clusters: a pass looks at each of them once, all at one time, over connections that stay open until they are closed. */
export type Client = { pass: () => Promise<void>; close: () => Promise<void> };
/** What is prepared once, and what each set of connections costs anew. */
export type Prepare = (server: ApiServer, clusters: number) => () => Client;

const warmPaths = [...answers().keys()];
const coldPaths = [...warmPaths, ...evidence(new Date()).keys()];

// A machine that is busy answers late.
const PATIENCE_MS = 60_000;

const lookup: LookupFunction = (_host, _options, found) => found(null, HERE);

/** The four requests of a warm pass for each cluster and their JSON, and nothing else. */
export const bare: Prepare = bareAsking(warmPaths);
/** The six requests of a cold pass, those for the proof of health among them. */
export const bareCold: Prepare = bareAsking(coldPaths);

function bareAsking(paths: readonly string[]): Prepare {
  return (server, clusters) => {
    const headers = { accept: "application/json", authorization: `Bearer ${server.token}` };
    const urls = server.urls(clusters);
    const read = async (pool: Pool, path: string): Promise<unknown> => {
      const { body } = await pool.request({ path, method: "GET", headers });
      return JSON.parse(await body.text());
    };
    return () => {
      const pools = urls.map((url) => new Pool(url, { connections: 4, connect: { ca: server.ca, lookup } }));
      const readAll = (pool: Pool) => Promise.all(paths.map((path) => read(pool, path)));
      return {
        pass: async () => void (await pLimit(CONCURRENCY).map(pools, readAll)),
        close: async () => void (await Promise.all(pools.map((pool) => pool.close()))),
      };
    };
  };
}

/** The whole path of the product, from the entries of a fleet to the outcomes. */
export const product: Prepare = (server, clusters) => {
  const fleet = fleetOf(server, server.urls(clusters));
  // Logins, and what a source says about itself, are kept as the function keeps them.
  const logins = openLogins({ clock });
  const [proofs, lists] = [openProofs(), openKnownLists()];
  return () => {
    const connections = openConnections({ resolve: (_host, _options, found) => found(null, HERE) });
    return {
      pass: async () => {
        const connect = connector({ connections, logins, proofs, lists, folder: ".", requestMs: PATIENCE_MS });
        const { resources } = summarize(await reconcileFleet(fleet, { connect, clusterMs: PATIENCE_MS }));
        if (resources.unchanged !== 15 * clusters)
          throw new Error(`15 unchanged resources a cluster are expected: ${JSON.stringify(resources)}`);
      },
      close: () => connections.close(),
    };
  };
};
