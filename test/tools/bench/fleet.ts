// Builds the fleets of the benchmarks.

import { type Fleet, parseFleet } from "../../../functions/core/fleet/fleet.ts";
import type { ApiServer } from "./api-server.ts";

/** Where every host of the benchmark is: on this machine. */
export const HERE = [{ address: "127.0.0.1", family: 4 }];

/** A fleet of these clusters, whose alerts are read through the service proxy, or where it is said by their names. */
export function fleetOf({ ca, token }: ApiServer, urls: readonly string[], alertsOf?: (name: string) => object): Fleet {
  Object.assign(process.env, { BENCH_CA: ca, BENCH_TOKEN: token });
  const login = { ca: { env: "BENCH_CA" }, auth: { token: { env: "BENCH_TOKEN" } } };
  const entryOf = (server: string, name: string) => ({
    name,
    kubernetes: { server, ...login },
    ...(alertsOf && { alerts: alertsOf(name) }),
  });
  return parseFleet({ clusters: urls.map((url, index) => entryOf(url, `cluster-${index}`)) });
}
