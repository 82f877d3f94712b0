// The state of a deployed stack, asked as a person on call asks it: status, history, pauses, who replaced the fleet, and what is left of a cluster that leaves.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { alertstatus } from "../cli/alertstatus.ts";
import { ADDRESS } from "../real/kyma-cluster.ts";
import { hasBrowser, openFile, startBrowser } from "../support/browser.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { type BusListener, listenToBus } from "../support/bus-listener.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";
import { deployStack, type LocalStack } from "../support/local-stack.ts";
import { PATIENTLY } from "../support/patience.ts";
import { startFront } from "../support/secure-front.ts";
import type { SecureServer } from "../support/secure-server.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";

const STAGE = "state";

let cloud: LocalCloud;
let stack: LocalStack;
let listener: BusListener;
let folder: string;
let simulators: readonly Simulator[];
let fronts: readonly SecureServer[];

beforeAll(async () => {
  cloud = await startLocalCloud();
  folder = await mkdtemp(join(tmpdir(), "alertstatus-state-"));
  stack = await deployStack(cloud, { stage: STAGE, params: { tick: "rate(1 day)", page: "true" } });
  listener = await listenToBus(cloud, stack.outputs.BusName, "Condition Changed");
  simulators = await Promise.all(["a", "b"].map(() => startSimulator()));
  for (const simulator of simulators) simulator.put(aResource().object);
  fronts = await Promise.all(simulators.map((simulator) => startFront(simulator, ADDRESS)));
});

afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(cloud.log());
});

afterAll(async () => {
  await Promise.all([...(fronts ?? []), ...(simulators ?? [])].map((server) => server.close()));
  await listener?.close();
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

const environment = () => Object.fromEntries(Object.entries(cloud.env).filter(([name]) => name.startsWith("AWS_")));
const ask = async (...words: readonly string[]) => {
  const { code, stdout, stderr } = await alertstatus([...words, "--stage", STAGE], environment());
  if (code === 2) throw new Error(stderr);
  return stdout;
};
const statusOf = async () => JSON.parse(await ask("status", "-o", "json"));
const was = async () => (await statusOf()).clusters.map(({ cluster, was }: { cluster: string; was: string }) => `${cluster} ${was}`);
const heard: { from: unknown; to: string }[] = [];
async function heardOfB() {
  for (const { detail } of await listener.received()) {
    const { cluster, condition } = Object(detail);
    if (cluster === "b") heard.push({ from: condition.from, to: condition.to.status });
  }
  return heard;
}
const tick = () => stack.invoke("dispatch", {});

it("tells a person on call what is broken, what happened, and who did what", async () => {
  await push("a", "b");
  await tick();
  await expect.poll(was, PATIENTLY).toEqual(["a reconciled", "b reconciled"]);
  expect((await statusOf()).run).toMatchObject({ missed: 0 });
  // What is observed only is sent as what is written is, once, and nothing is written.
  await expect.poll(heardOfB, PATIENTLY).toEqual([{ from: null, to: "True" }]);
  expect(simulators[1]!.requests.filter(({ method }) => method === "PATCH")).toEqual([]);

  simulators[0]!.setAlerts(alertsBody({ firing: [anAlert("TraceGatewayThrottling")] }));
  await tick();
  await expect.poll(async () => (await statusOf()).summary.conditions.False, PATIENTLY).toBe(1);
  expect(await ask("status", "--not", "True", "-o", "name")).toContain("a tracepipeline/backend");
  expect(await heardOfB()).toHaveLength(1);
  expect(JSON.parse(await ask("history", "-o", "json")).entries).toContainEqual(
    expect.objectContaining({ cluster: "a", to: { status: "False", reason: "GatewayThrottling" }, because: ["TraceGatewayThrottling"] }),
  );

  await ask("fleet", "pause", "b", "--for", "1h", "--why", "upgrade");
  await expect.poll(async () => [await tick(), await was()][1], { ...PATIENTLY, interval: 5_000 }).toEqual(["a reconciled", "b paused"]);
  expect(await ask("status")).toMatch(/^paused .*upgrade .*\bb\b/m);

  await push("a");
  expect(await was()).toEqual(["a reconciled"]);
  const { pushes } = JSON.parse(await ask("fleet", "history", "-o", "json"));
  expect(pushes.map(({ did, removed }: { did: string; removed: string[] }) => [did, ...removed])).toEqual([
    ["push"],
    ["pause"],
    ["push", "b"],
  ]);
  expect(pushes[0].by).toMatch(/^arn:aws:iam::/);
  await ask("fleet", "rollback", pushes[1].version);
  await tick();
  await expect.poll(async () => [await tick(), await was()][1], { ...PATIENTLY, interval: 5_000 }).toEqual(["a reconciled", "b paused"]);
});

it("doctor says of the stage what AWS and the state know of it", async () => {
  type Check = { check: string; was: string; message: string; remedy?: string };
  const diagnose = async (): Promise<Readonly<Record<string, Check>>> => {
    const { checks } = JSON.parse(await ask("doctor", "-o", "json"));
    return Object.fromEntries(checks.map((check: Check) => [check.check, check]));
  };
  await push("a");
  // A warm function looks for a new fleet every half minute.
  await expect.poll(async () => [await tick(), (await diagnose())["fleet read"]?.was][1], { ...PATIENTLY, interval: 10_000 }).toBe("ok");
  await expect.poll(async () => (await diagnose())["last run"]?.was, PATIENTLY).toBe("ok");
  const before = await diagnose();
  for (const check of ["stack", "outputs", "state table", "last tick", "last run", "clusters", "fleet pushed", "dead letters"])
    expect(before[check]).toMatchObject({ was: "ok" });
  // A tick that comes before the shards of the last one are done counts as missed, which depends on the machine.
  expect(before["missed ticks"]?.message).toMatch(/in the last hour$/);
  expect(before["fleet pushed"]?.message).toContain("by arn:aws:iam::");
  for (const name of ["dispatch", "reconcile", "receive"])
    expect(before[`function ${name}`]?.message).toMatch(/^alertstatus \d+\.\d+\.\d+, code [\w+/]{10} of 20/);

  await push("a", "b");
  const sqs = new SQSClient(cloud.settings);
  await sqs.send(new SendMessageCommand({ QueueUrl: stack.outputs.DeadLetterQueueUrl, MessageBody: "malformed" }));
  sqs.destroy();
  const after = await diagnose();
  expect(after["fleet read"]).toMatchObject({ was: "warning", remedy: "wait: the next ticks read it" });
  expect(after["dead letters"]).toMatchObject({ was: "warning", remedy: expect.stringContaining(stack.outputs.DeadLetterQueueUrl) });
  const { code, stderr } = await alertstatus(["doctor", "--stage", "moon"], environment());
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("there is no stack alertstatus-moon") });
});

it("keeps a page up to date in a private bucket, writes it where something is new, and prints a link to it", async () => {
  const link = async () => (await ask("status", "--open")).trim();
  const load = async () => fetch(await link());
  simulators[0]!.setAlerts(alertsBody({ firing: [] }));
  await push("a");
  await tick();
  await expect.poll(async () => (await statusOf()).summary.conditions, PATIENTLY).toEqual({ True: 1, False: 0, Unknown: 0 });
  await stack.invoke("publish", {});
  const response = await load();
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(await response.text()).toContain("Conditions: 0 False, 0 Unknown, 1 True.");
  const [unsigned = ""] = (await link()).split("?");
  expect((await fetch(unsigned)).status).toBe(403);

  // The schedule may have it run in another process, which writes the page once.
  const etag = async () => (await load()).headers.get("etag");
  const stays = async () => [await etag(), await stack.invoke("publish", {}), await etag()];
  await expect.poll(async () => new Set((await stays()).filter((one) => one !== null)).size, PATIENTLY).toBe(1);

  simulators[0]!.setAlerts(alertsBody({ firing: [anAlert("TraceGatewayThrottling")] }));
  await tick();
  await expect
    .poll(async () => [await stack.invoke("publish", {}), await (await load()).text()][1], PATIENTLY)
    .toContain("GatewayThrottling");
});

it.skipIf(!hasBrowser)("opens its page by the link in a browser, which asks for nothing else", async () => {
  const browser = await startBrowser();
  const settings = { at: new Date().toISOString(), ignoreHTTPSErrors: true };
  const { page, noise } = await openFile(browser, (await ask("status", "--open")).trim(), settings);
  expect(await page.locator("#rows tr").count()).toBe(1);
  expect(await page.locator("#stale").isVisible()).toBe(false);
  expect(noise).toEqual([]);
  await browser.close();
});

async function push(...names: readonly string[]): Promise<void> {
  const ssm = new SSMClient(cloud.settings);
  const clusters = await Promise.all(
    names.map(async (name) => {
      const { url: server, ca } = fronts["ab".indexOf(name)]!;
      const place = `/alertstatus/${STAGE}/clusters/${name}`;
      const keep = (Name: string, Value: string) =>
        ssm.send(new PutParameterCommand({ Name, Value, Type: "SecureString", Overwrite: true }));
      await keep(`${place}/ca`, ca);
      await keep(place, JSON.stringify({ server, token: simulators["ab".indexOf(name)]!.token }));
      return {
        name,
        ...(name === "b" && { mode: "observe" }),
        kubernetes: { server, ca: { ssm: `${place}/ca` }, auth: { token: { ssm: place } } },
      };
    }),
  );
  ssm.destroy();
  const file = join(folder, "fleet.json");
  await writeFile(file, JSON.stringify({ clusters }));
  await ask("fleet", "push", "--fleet", file, "--force");
}
