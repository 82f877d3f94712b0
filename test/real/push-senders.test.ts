// Tries the printed configurations on a real Prometheus and a real Alertmanager.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseSnsMessage } from "../../functions/receive/sns-message.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { type Fixture, record, recorded } from "../receive/fixtures.ts";
import { type FunctionUrl, openFunctionUrl } from "../receive/function-url.ts";
import { aReceiver, BUS_IS_DOWN, type Receiver, requested, SECRET, tokenOf } from "../receive/receiver.ts";
import { serve } from "../support/http-server.ts";
import { PATIENTLY } from "../support/patience.ts";
import { type RealAlertmanager, startAlertmanager } from "../support/real-alertmanager.ts";
import { type MetricsEndpoint, prometheusFolder, type RealPrometheus, startMetrics, startPrometheus } from "../support/real-prometheus.ts";
import { shapeOf } from "./shape.ts";

const folder = mkdtempSync(join(tmpdir(), "push-senders-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let receiver: Receiver;
let url: FunctionUrl;
let closers: (() => Promise<unknown>)[];

beforeEach(async () => {
  receiver = aReceiver(Date.now);
  url = await openFunctionUrl(receiver);
  closers = [url.close];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

describe("the real Prometheus, with the printed block,", () => {
  const rules = { groups: [{ name: "broken", rules: [{ alert: "Broken", expr: "broken == 1", labels: { severity: "page" } }] }] };
  let metrics: MetricsEndpoint;

  beforeEach(async () => {
    metrics = await startMetrics();
    closers.push(metrics.close);
  });

  test("requests its cluster when an alert starts to fire and when it resolves", async () => {
    await start(tokenOf("eu"));
    metrics.set("broken 1\n");
    await expect.poll(() => requested(receiver), PATIENTLY).toEqual([["eu"]]);
    metrics.set("broken 0\n");
    await expect.poll(() => requested(receiver), PATIENTLY).toEqual([["eu"], ["eu"]]);
    expect(url.heard.every(({ status }) => status === 202)).toBe(true);
    expect(url.heard[0]).toMatchObject({ path: "/clusters/eu/api/v2/alerts", headers: { "content-type": "application/json" } });
    agrees("prometheusFiring", url.heard[0]!.body);
    agrees("prometheusResolved", url.heard[1]!.body);
  });

  test("gets 401 for a wrong token, and requests no cluster", async () => {
    const prometheus = await start(tokenOf("moon"));
    metrics.set("broken 1\n");
    await expect.poll(() => url.heard.map(({ status }) => status), PATIENTLY).toContain(401);
    expect(receiver.events).toEqual([]);
    const [failed] = await valuesOf(`${prometheus.url}/metrics`, "prometheus_notifications_errors_total");
    expect(failed).toBeGreaterThan(0);
  });

  test("accepts it in promtool", async () => {
    const { block } = await printed("prometheus", tokenOf("eu"));
    const file = join(folder, "checked.yml");
    writeFileSync(file, block);
    const { stdout } = await promisify(execFile)(join(prometheusFolder(), "promtool"), ["check", "config", file]);
    expect(stdout).toContain("SUCCESS");
  });

  async function start(token: string): Promise<RealPrometheus> {
    const { block } = await printed("prometheus", token);
    const prometheus = await startPrometheus({ rules, targets: { app: metrics.url }, evaluateMs: 500, more: parse(block) });
    closers.push(prometheus.stop);
    return prometheus;
  }
});

describe("the real Alertmanager, with the printed block,", () => {
  const alert = {
    labels: { alertname: "Broken", severity: "page" },
    annotations: { summary: "it is broken" },
    generatorURL: "http://p/graph",
  };
  const over = () => ({ ...alert, endsAt: new Date().toISOString() });
  const webhooks = () => url.heard.filter(({ path }) => path === "/clusters/eu/webhook");

  test("requests its cluster when an alert starts to fire and when it resolves", async () => {
    const alertmanager = await start(tokenOf("eu"));
    await alertmanager.post([alert]);
    await expect.poll(() => requested(receiver), PATIENTLY).toEqual([["eu"]]);
    await alertmanager.post([over()]);
    await expect.poll(() => requested(receiver), PATIENTLY).toEqual([["eu"], ["eu"]]);
    expect(webhooks().every(({ status }) => status === 202)).toBe(true);
    agrees("alertmanagerFiring", webhooks()[0]!.body);
    agrees("alertmanagerResolved", webhooks().at(-1)!.body);
  });

  test("reports truncated alerts, and requests its cluster for any of them", async () => {
    const alertmanager = await start(tokenOf("eu"), 1);
    await alertmanager.post([alert, { ...alert, labels: { ...alert.labels, pod: "2" } }]);
    await expect.poll(() => requested(receiver), PATIENTLY).toEqual([["eu"]]);
    agrees("alertmanagerTruncated", webhooks()[0]!.body);
  });

  test("retries while the bus is unavailable", async () => {
    receiver.breakBus(BUS_IS_DOWN);
    const alertmanager = await start(tokenOf("eu"));
    await alertmanager.post([alert]);
    await expect.poll(() => webhooks().map(({ status }) => status), PATIENTLY).toContain(503);
    receiver.breakBus(undefined);
    await expect.poll(() => requested(receiver), PATIENTLY).toEqual([["eu"]]);
  });

  test("gets 401 for a wrong token, retries no notification, and requests no cluster", async () => {
    const alertmanager = await start(tokenOf("moon"));
    await alertmanager.post([alert]);
    const failed = 'alertmanager_notifications_failed_total{integration="webhook",reason="clientError"';
    const sent = 'alertmanager_notification_requests_total{integration="webhook"';
    // What failed is notified of again after the interval of its group.
    await expect.poll(async () => (await valuesOf(`${alertmanager.url}/metrics`, failed))[0], PATIENTLY).toBeGreaterThan(0);
    const isSettled = async () => {
      const [failures, requests] = await Promise.all([failed, sent].map((name) => valuesOf(`${alertmanager.url}/metrics`, name)));
      return failures?.[0] === requests?.[0];
    };
    await expect.poll(isSettled, PATIENTLY).toBe(true);
    expect(new Set(webhooks().map(({ status }) => status))).toEqual(new Set([401]));
    expect(receiver.events).toEqual([]);
  });

  async function start(token: string, mostAlerts?: number): Promise<RealAlertmanager> {
    const { route, receivers } = parse((await printed("alertmanager", token)).block);
    if (mostAlerts !== undefined) receivers[0].webhook_configs[0].max_alerts = mostAlerts;
    const alertmanager = await startAlertmanager({ route: { receiver: "none", ...route }, receivers: [{ name: "none" }, ...receivers] });
    closers.push(alertmanager.stop);
    return alertmanager;
  }

  test("publishes to SNS what names each alert and its state", async () => {
    const published: string[] = [];
    const sns = await serve(async (request, response) => {
      published.push(new URLSearchParams(await text(request)).get("Message") ?? "");
      response.end("<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>");
    });
    closers.push(sns.close);
    const sigv4 = { region: "eu-central-1", access_key: "test", secret_key: "test" };
    const topic = { api_url: sns.url, topic_arn: "arn:aws:sns:eu-central-1:111122223333:eu", sigv4 };
    const alertmanager = await startAlertmanager({
      route: { receiver: "sns", group_wait: "0s", group_interval: "1s" },
      receivers: [{ name: "sns", sns_configs: [topic] }],
    });
    closers.push(alertmanager.stop);
    await alertmanager.post([alert]);
    await expect.poll(() => published.length, PATIENTLY).toBe(1);
    await alertmanager.post([over()]);
    await expect.poll(() => published.length, PATIENTLY).toBe(2);
    const [firing, resolved] = published.map((message) => parseSnsMessage(message, false));
    expect(firing).toMatchObject({ alerts: [{ labels: alert.labels, state: "firing" }], isPartial: false });
    expect(resolved).toMatchObject({ alerts: [{ labels: alert.labels, state: "resolved" }], isPartial: false });
    for (const [index, fixture] of (["snsFiring", "snsResolved"] as const).entries())
      expect(record(fixture, published[index]!)).toBe(recorded(fixture));
  });
});

/** What the command line prints for the cluster `eu`, and has a file with a token for. */
async function printed(format: string, token: string): Promise<{ block: string }> {
  const file = join(folder, "token");
  writeFileSync(file, token);
  const words = ["receiver", "config", "--cluster", "eu", "--format", format, "--url", url.url, "--token-file", file];
  const { code, stdout, stderr } = await alertstatus(words);
  if (code !== 0) throw new Error(stderr);
  expect(stdout).not.toContain(SECRET.current);
  expect(stdout).not.toContain(token);
  return { block: stdout };
}

function agrees(fixture: Fixture, body: string): void {
  expect(shapeOf(JSON.parse(record(fixture, body)))).toEqual(shapeOf(JSON.parse(recorded(fixture))));
}

async function valuesOf(metricsUrl: string, series: string): Promise<number[]> {
  const lines = (await (await fetch(metricsUrl)).text()).split("\n");
  return lines.filter((line) => line.startsWith(series)).map((line) => Number(line.split(" ").at(-1)));
}
