// Tries silences and inhibitions of a real Alertmanager.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { describeOutcomes } from "../reconcile/simulated-fleet.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { PATIENTLY } from "../support/patience.ts";
import { type RealAlertmanager, startAlertmanager } from "../support/real-alertmanager.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";

const ALL = "TraceGatewayAllDataDropped";
const SOME = "TraceGatewaySomeDataDropped";

const firing = [anAlert(ALL), anAlert(SOME)];
// The worse of the two for the same pipeline keeps the milder one back.
const configuration = {
  route: { receiver: "none" },
  receivers: [{ name: "none" }],
  inhibit_rules: [{ source_matchers: [`alertname="${ALL}"`], target_matchers: [`alertname="${SOME}"`], equal: ["pipeline_name"] }],
};

let alertmanager: RealAlertmanager;
let api: Simulator;
let folder: string;
const connections = openConnections();
beforeAll(async () => {
  [alertmanager, api] = await Promise.all([startAlertmanager(configuration), startSimulator()]);
  folder = await mkdtemp(join(tmpdir(), "silences-"));
  await writeFile(join(folder, "token"), api.token);
  api.put(aResource().object);
});
afterAll(async () => {
  await connections.close();
  await Promise.all([alertmanager.stop(), api.close(), rm(folder, { recursive: true })]);
});

/** A pass with the built-in profile, and one with the same that ignores what is silenced; what each says of the one pipeline. */
async function passes(): Promise<readonly string[]> {
  const { alerts: _, ...own } = kymaTelemetry;
  const cluster = {
    mode: "observe",
    kubernetes: { server: api.url, auth: { token: { file: "token" } } },
    alerts: { url: api.alertsUrl, proof: "none", alertmanager: { url: alertmanager.url, labels: { cluster: "eu" } } },
  };
  const clusters = [
    { ...cluster, name: "keeps" },
    { ...cluster, name: "ignores", profiles: ["ignoring"] },
  ];
  const fleet = parseFleet({ clusters, profiles: { ignoring: { ...own, silenced: "ignored" } } });
  expect(fleet.wrong).toEqual([]);
  return describeOutcomes(await reconcileFleet(fleet, { connect: connector({ connections, folder }) }));
}

async function silence(alertname: string): Promise<void> {
  const matchers = [{ name: "alertname", value: alertname, isRegex: false, isEqual: true }];
  const [startsAt, endsAt] = [0, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString());
  const body = JSON.stringify({ matchers, startsAt, endsAt, createdBy: "a person", comment: "known" });
  const response = await fetch(`${alertmanager.url}/api/v2/silences`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  expect(response.status).toBe(200);
}

test("because marks silenced and inhibited alerts of a real Alertmanager, and only silenced ones can be ignored", async () => {
  await alertmanager.post(firing.map(({ labels }) => ({ labels: { ...labels, cluster: "eu" } })));
  api.setAlerts(alertsBody({ firing: [firing[1]!] }));
  await expect
    .poll(passes, PATIENTLY)
    .toEqual([`keeps: planned, False, ${SOME} (inhibited)`, `ignores: planned, False, ${SOME} (inhibited)`]);

  api.setAlerts(alertsBody({ firing: [firing[0]!] }));
  expect(await passes()).toEqual([`keeps: planned, False, ${ALL}`, `ignores: planned, False, ${ALL}`]);
  await silence(ALL);
  await expect.poll(passes, PATIENTLY).toEqual([`keeps: planned, False, ${ALL} (silenced)`, `ignores: planned, True, ${ALL} (silenced)`]);

  api.setAlerts(alertsBody({ firing }));
  expect(await passes()).toEqual([
    `keeps: planned, False, ${ALL} (silenced)`,
    `ignores: planned, False, ${SOME} (inhibited), ${ALL} (silenced)`,
  ]);
});
