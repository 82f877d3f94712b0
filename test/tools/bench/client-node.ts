// Defines the client that people usually write, for the benchmark.

import { setDefaultCACertificates } from "node:tls";
import { CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { alertsPath, plurals } from "./bodies.ts";
import type { Prepare } from "./clients.ts";

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
