// Holds what servers say to the log lines that it stands in: it makes no line and no metric of its own.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openApi, pipeline, refuse, traces } from "../faults/fault.ts";
import { alertsBody, anAlert } from "../support/builders.ts";
import { invokeOnce } from "../support/function.ts";
import { aBatch } from "../support/lambda.ts";
import { aTick } from "../support/queue-messages.ts";

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
const FORGED = JSON.stringify({
  _aws: { Timestamp: 1, CloudWatchMetrics: [{ Namespace: "alertstatus", Dimensions: [[]], Metrics: [{ Name: "Forged" }] }] },
  Forged: 1,
});
const SAID = `\n${FORGED}\r\n${FORGED}\u2028${FORGED}`;
const { metadata } = JSON.parse(JSON.stringify(pipeline()));
const odd = { metadata: { ...metadata, name: SAID } };
const standing = { type: "TelemetryFlowHealthy", status: SAID, reason: SAID, lastTransitionTime: new Date().toISOString() };

test("a server that says metrics makes none", async () => {
  const folder = mkdtempSync(join(tmpdir(), "forged-metrics-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const firing = [anAlert("TraceGatewayThrottling", { pipeline_name: SAID })];
  const servers = await Promise.all([
    openApi({
      list: traces(odd, pipeline(), pipeline("standing", { status: { conditions: [standing] } })),
      patch: () => refuse(422, SAID),
      alerts: () => ({ body: { ...alertsBody({ firing }), warnings: [SAID] } }),
    }),
    openApi({ list: () => refuse(403, SAID) }),
    openApi({ list: () => ({ text: SAID }) }),
    openApi({ list: traces(pipeline()), alerts: () => ({ status: 500, body: { status: "error", error: SAID } }) }),
  ]);
  onTestFinished(async () => void (await Promise.all(servers.map(({ close }) => close()))));
  const clusters = servers.map(({ url, more }, index) => ({
    name: `c${index}`,
    kubernetes: { server: url, auth: { token: { env: "TOKEN" } } },
    ...more,
  }));
  writeFileSync(join(folder, "fleet.json"), JSON.stringify({ clusters }));
  const environment = { FLEET: `file:${join(folder, "fleet.json")}`, TOKEN: "token" };
  const { text, lines, metrics } = await invokeOnce("reconcile", environment, aBatch(aTick(clusters.map(({ name }) => name))));
  expect(text).toContain("Forged");
  expect(lines.length + metrics.length).toBe(text.split("\n").filter((line) => line !== "").length);
  expect(metrics.filter((line) => "Forged" in line || JSON.stringify(line._aws).includes("Forged"))).toEqual([]);
});
