// Holds `reconcile --fail-on` to the exit codes that a job stops by.

import { afterAll, beforeAll, expect, test } from "vitest";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { alertstatus } from "./alertstatus.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  simulator.put(aResource({ name: "backend" }).object);
  simulator.setAlerts(alertsBody({ firing: [anAlert("TraceGatewayAllDataDropped")] }));
});
afterAll(() => simulator.close());

test.each([
  { words: [], code: 0, when: "nothing is asked for, though a condition is False" },
  { words: ["--fail-on", "False"], code: 1, when: "a condition is False" },
  { words: ["--fail-on", "False,Unknown"], code: 1, when: "a condition is one of several" },
  { words: ["--fail-on", "Unknown"], code: 0, when: "no condition is Unknown" },
  { words: ["--fail-on", "Broken"], code: 2, when: "it is no status" },
])("reconcile $words exits with $code where $when", async ({ words, code }) => {
  const kubernetes = { server: simulator.url, auth: { token: { env: "TOKEN" } } };
  const stdin = JSON.stringify({ clusters: [{ name: "prod", kubernetes, alerts: { url: simulator.alertsUrl } }] });
  const ended = await alertstatus(["reconcile", "--fleet", "-", "--dry-run", ...words], { TOKEN: simulator.token }, { stdin });
  expect(ended.code).toBe(code);
});
