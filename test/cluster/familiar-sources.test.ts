// A source that was asked before is asked beside the lists, so that a pass waits for one of the two and not for both in turn.

import { expect, test } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { openProofs } from "../../functions/cluster/source.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { startSimulator } from "../support/simulator.ts";

test.each(["auto", "none"])("a source whose proof is %s is familiar to the next pass", async (proof) => {
  const api = await startSimulator();
  process.env.FAMILIAR_TOKEN = api.token;
  const kubernetes = { server: api.url, auth: { token: { env: "FAMILIAR_TOKEN" } } };
  const { clusters } = parseFleet({ clusters: [{ name: "c", kubernetes, alerts: { url: api.alertsUrl, proof } }] });
  const connections = openConnections();
  const proofs = openProofs();
  const connect = () => connector({ connections, proofs, folder: "." })(clusters[0]!, Number.POSITIVE_INFINITY);
  const first = await connect();
  expect(first.mayNeedAlerts).toBe(false);
  await first.readAlerts(Number.NEGATIVE_INFINITY);
  expect((await connect()).mayNeedAlerts).toBe(true);
  await connections.close();
  await api.close();
});
