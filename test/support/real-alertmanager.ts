// A real Alertmanager without peers.

import { part } from "../tools/parts/parts.ts";
import { startServer } from "./real-server.ts";

export type RealAlertmanager = {
  readonly url: string;
  /** Hands alerts over, as Prometheus does. */
  post(alerts: readonly object[]): Promise<void>;
  /** Ends it, and removes what it stored. */
  stop(): Promise<void>;
};

/** A real Alertmanager without peers, by this configuration. */
export async function startAlertmanager(configuration: object): Promise<RealAlertmanager> {
  const { url, stop } = await startServer({
    part: part("alertmanager"),
    binary: "alertmanager",
    flags: (folder, listen) => [
      `--config.file=${folder}/alertmanager.yml`,
      `--storage.path=${folder}/data`,
      `--web.listen-address=${listen}`,
      "--cluster.listen-address=",
    ],
    files: { "alertmanager.yml": configuration },
    readyPath: "/-/ready",
  });
  return { url, post: (alerts) => post(url, alerts), stop };
}

async function post(url: string, alerts: readonly object[]): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/api/v2/alerts`, { method: "POST", headers, body: JSON.stringify(alerts) });
  if (response.status !== 200) throw new Error(`the Alertmanager answered ${response.status}: ${await response.text()}`);
}
