import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";

const CANARY = "canary/of+the source";

let api: Simulator;
let folder: string;
const connections = openConnections();
beforeAll(async () => {
  api = await startSimulator();
  folder = await mkdtemp(join(tmpdir(), "details-"));
  await writeFile(join(folder, "token"), api.token);
  await writeFile(join(folder, "canary"), CANARY);
});
afterAll(async () => {
  await connections.close();
  await Promise.all([api.close(), rm(folder, { recursive: true })]);
});

/** One pass that asks for details, by a source that says of the one alert whatever it likes. */
async function pass(more: Parameters<typeof anAlert>[2]) {
  const { alerts: _, ...own } = kymaTelemetry;
  const auth = { basic: { username: "u", password: { file: "canary" } } };
  const fleet = parseFleet({
    clusters: [
      {
        name: "c",
        profiles: ["detailed"],
        kubernetes: { server: api.url, auth: { token: { file: "token" } } },
        alerts: { url: api.alertsUrl, proof: "none", auth },
      },
    ],
    profiles: { detailed: { ...own, details: true } },
  });
  api.setAlerts(alertsBody({ firing: [anAlert("TraceGatewayAllDataDropped", {}, more)] }));
  return reconcileFleet(fleet, { connect: connector({ connections, folder }) });
}

const stored = () => JSON.stringify(api.get("TracePipeline", "backend")?.status);
const patches = () => api.requests.filter(({ method }) => method === "PATCH").length;

test("at a transition the condition carries them, and no pass after it writes because a value moved", async () => {
  api.put(aResource().object);
  expect(await pass({ value: "1e+00" })).toMatchObject([{ resources: [{ was: "patched" }] }]);
  expect(stored()).toContain(" Details: firing since 2026-01-01T00:00:00Z, value 1");
  const before = patches();
  expect(await pass({ value: "9e+00", activeAt: "2026-02-01T00:00:00Z" })).toMatchObject([{ resources: [{ was: "unchanged" }] }]);
  expect(patches()).toBe(before);
  expect(stored()).toContain("value 1");
});

test.each<[how: string, runbook: string]>([
  ["in base64", `https://runbooks.example/${Buffer.from(CANARY).toString("base64")}`],
  ["URL-encoded", `https://runbooks.example/?q=${encodeURIComponent(CANARY)}`],
  ["as the login that was sent", `https://runbooks.example/${Buffer.from(`u:${CANARY}`).toString("base64")}`],
])("a source that repeats its own password %s finds no place for it", async (_, runbook_url) => {
  api.put(aResource().object);
  const outcomes = await pass({ annotations: { runbook_url } });
  expect(stored()).toContain("runbook https://runbooks.example/");
  expect(stored() + JSON.stringify(outcomes)).not.toContain(runbook_url.slice("https://runbooks.example/".length));
});
