// An alert that fires and counts for no resource is named in the outcome, in the log and in the terminal.

import { afterAll, beforeAll, expect, test } from "vitest";
import { logLineOf } from "../../functions/core/outcome/log-line.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";

const TEXT =
  'TraceGatewayAllDataDropped counts for no resource: it says pipeline_name="checkouts", and the nearest, tracepipeline/checkout, has "checkout"';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
  simulator.put(aResource({ name: "checkout" }).object);
  simulator.setAlerts(alertsBody({ firing: [anAlert("TraceGatewayAllDataDropped", { pipeline_name: "checkouts" })] }));
});
afterAll(() => simulator.close());

test("a pass names it with its nearest miss, and is well for all that", async () => {
  const kubernetes = { server: simulator.url, auth: { token: { env: "TOKEN" } } };
  const stdin = JSON.stringify({ clusters: [{ name: "prod", kubernetes, alerts: { url: simulator.alertsUrl } }] });
  const words = ["reconcile", "--fleet", "-", "--dry-run", "-o", "json"];
  const { code, stdout } = await alertstatus(words, { TOKEN: simulator.token }, { stdin });
  const [outcome]: readonly ClusterOutcome[] = JSON.parse(stdout).clusters;
  expect(outcome?.alerts).toMatchObject({
    firing: 1,
    unmatched: [
      {
        alert: "TraceGatewayAllDataDropped",
        label: "pipeline_name",
        value: "checkouts",
        wanted: "checkout",
        resource: { kind: "TracePipeline", name: "checkout" },
      },
    ],
  });
  expect(logLineOf(outcome!)).toMatchObject({ unmatched: 1, firstUnmatched: [TEXT] });
  expect(code).toBe(0);
  const { stderr } = await alertstatus(["reconcile", "--fleet", "-", "--dry-run"], { TOKEN: simulator.token }, { stdin });
  expect(stderr).toContain(`prod: ${TEXT}`);
});
