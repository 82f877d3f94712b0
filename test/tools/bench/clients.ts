// Defines the clients that the benchmark compares.

import type { LookupFunction } from "node:net";
import { setDefaultCACertificates } from "node:tls";
import { CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { Pool } from "undici";
import { clock } from "../../../functions/clock.ts";
import { connector } from "../../../functions/cluster/connect.ts";
import { openProofs } from "../../../functions/cluster/source.ts";
import { summarize } from "../../../functions/core/outcome/outcome.ts";
import { openLogins } from "../../../functions/io/auth/logins.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../../functions/reconcile/fleet.ts";
import type { ApiServer } from "./api-server.ts";
import { answers, plurals } from "./bodies.ts";
import { fleetOf, HERE } from "./fleet.ts";

/** Looks at clusters: a pass looks at each of them once, all at one time, over connections that stay open until they are closed. */
export type Client = { pass: () => Promise<void>; close: () => Promise<void> };
/** What is prepared once, and what each set of connections costs anew. */
export type Prepare = (server: ApiServer, clusters: number) => () => Client;

const paths = [...answers().keys()];
const [alertsPath = ""] = paths;

const lookup: LookupFunction = (_host, _options, found) => found(null, HERE);

/** The four requests for each cluster and their JSON, and nothing else. */
export const bare: Prepare = (server, clusters) => {
  const headers = { accept: "application/json", authorization: `Bearer ${server.token}` };
  const urls = server.urls(clusters);
  const read = async (pool: Pool, path: string): Promise<unknown> => {
    const { body } = await pool.request({ path, method: "GET", headers });
    return JSON.parse(await body.text());
  };
  return () => {
    const pools = urls.map((url) => new Pool(url, { connections: 4, connect: { ca: server.ca, lookup } }));
    return {
      pass: async () => {
        await Promise.all(pools.map((pool) => Promise.all(paths.map((path) => read(pool, path)))));
      },
      close: async () => {
        await Promise.all(pools.map((pool) => pool.close()));
      },
    };
  };
};

/** The whole path of the product, from the entries of a fleet to the outcomes. */
export const product: Prepare = (server, clusters) => {
  const fleet = fleetOf(server, server.urls(clusters));
  // Logins, and what a source says about itself, are kept as the function keeps them.
  const logins = openLogins({ clock });
  const proofs = openProofs();
  return () => {
    const connections = openConnections({ resolve: (_host, _options, found) => found(null, HERE) });
    return {
      pass: async () => {
        const { resources } = summarize(await reconcileFleet(fleet, { connect: connector({ connections, logins, proofs, folder: "." }) }));
        if (resources.unchanged !== 15 * clusters)
          throw new Error(`15 unchanged resources a cluster are expected: ${JSON.stringify(resources)}`);
      },
      close: () => connections.close(),
    };
  };
};

/** The same requests as people usually make them; the client opens a connection for each. */
export const clientNode: Prepare = ({ url, ca, token }, clusters) => {
  setDefaultCACertificates([ca]);
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: "bench", server: url, caData: btoa(ca), skipTLSVerify: false }, { name: "bench", token });
  const api = config.makeApiClient(CustomObjectsApi);
  const list = (plural: string) =>
    api.listClusterCustomObject({ group: "telemetry.kyma-project.io", version: "v1beta1", plural, limit: 500 });
  const readAlerts = async (): Promise<unknown> =>
    (await fetch(url + alertsPath, { headers: { authorization: `Bearer ${token}` } })).json();
  return () => ({
    pass: async () => {
      await Promise.all(Array.from({ length: clusters }, () => Promise.all([readAlerts(), ...plurals.map(list)])));
    },
    close: async () => {},
  });
};
