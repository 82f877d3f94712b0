// Tries pushes of real senders on the deployed stack.

import { writeFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { aPosted } from "../receive/pushes.ts";
import { urlEvent } from "../receive/receiver.ts";
import { functionLog } from "../support/function-log.ts";
import { PATIENTLY } from "../support/patience.ts";
import { startAlertmanager } from "../support/real-alertmanager.ts";
import { CONDITION, type PushLab, printed, startPushLab } from "./push-lab.ts";
import { watchStatus } from "./status-watch.ts";

let lab: PushLab;
beforeAll(async () => {
  lab = await startPushLab();
});
afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(lab.cloud.log());
});
afterAll(() => lab?.stop());

const statuses = () => lab.receiver.passages.map(({ status }) => status);

it("refuses a push of Prometheus with a wrong token, and reads nothing", async () => {
  await writeFile(lab.tokenFile, lab.token.slice(0, -1));
  lab.setBroken(true);
  await expect.poll(statuses, PATIENTLY).toEqual([401]);
  expect(lab.alerts.passages).toEqual([]);
  expect(await lab.status()).toBeUndefined();
});

it("writes the status after a push of the Alertmanager", async () => {
  const { route, receivers } = parse(
    await printed("config", "--format", "alertmanager", "--url", lab.receiver.url, "--token-file", lab.tokenFile),
  );
  await writeFile(lab.tokenFile, lab.token);
  const alertmanager = await startAlertmanager({ route: { receiver: "none", ...route }, receivers: [{ name: "none" }, ...receivers] });
  try {
    await alertmanager.post([{ labels: { alertname: "Broken" } }]);
    await expect.poll(lab.status, PATIENTLY).toBe("False");
  } finally {
    await alertmanager.stop();
  }
});

it("writes the status after a push of Prometheus, when an alert resolves and when it fires again", async () => {
  lab.setBroken(false);
  await expect.poll(lab.status, PATIENTLY).toBe("True");
  lab.setBroken(true);
  await expect.poll(lab.status, PATIENTLY).toBe("False");
});

it("writes the status after a notification of SNS", async () => {
  await writeFile(lab.tokenFile, "no token");
  const refused = statuses().length;
  lab.setBroken(false);
  await expect.poll(() => statuses().slice(refused), PATIENTLY).toEqual([401]);
  await lab.publish("Alerts Resolved:\nLabels:\n - alertname = Broken\nAnnotations:\n");
  await expect.poll(lab.status, PATIENTLY).toBe("True");
});

it("writes each change once where pushes come twice, late and in the wrong order", async () => {
  await writeFile(lab.tokenFile, lab.token);
  const heard = await watched();
  const changes = ["False", "True", "False", "True"];
  for (const [index, status] of changes.entries()) {
    lab.setBroken(status === "False");
    await Promise.all([
      expect.poll(heard, PATIENTLY).toEqual(["True", ...changes.slice(0, index + 1)]),
      pushInDisorder(`2026-01-0${index + 1}`),
    ]);
  }
  const reads = lab.alerts.passages.length;
  await pushInDisorder("2026-02-01");
  await expect.poll(() => lab.alerts.passages.length, PATIENTLY).toBeGreaterThan(reads);
  expect(heard()).toEqual(["True", ...changes]);
});

it("refuses an event that is neither a push nor a record of SNS", async () => {
  await expect(lab.stack.invoke("receive", { clusters: ["eu"] })).rejects.toThrow("the payload is not usable");
});

it("logs no token and no secret", async () => {
  const log = () => functionLog(lab.cloud, `${lab.stack.name}-receive`);
  const logged = async (what: string) => (await log()).filter((line) => line.includes(what)).length;
  const send = (token: string) => lab.stack.invoke("receive", urlEvent({ token, body: [aPosted("Broken")] }));
  // The local cloud takes what a function writes late for a part of its next invocation: two that are refused bring it, and add nothing.
  const refuse = async () => {
    for (let count = 0; count < 2; count++) await send(`${lab.token}x`);
  };
  const announcedAfterRefusals = async () => {
    await refuse();
    return logged("PushesAnnounced");
  };
  await refuse();
  const before = await logged("Pushes");
  await send(lab.token);
  await expect.poll(announcedAfterRefusals, PATIENTLY).toBe(before + 1);
  expect(await logged("Pushes")).toBe(before + 1);
  for (const canary of [lab.token, lab.token.split(".").at(-1)!, "canary-of-the-receivers-secret"])
    expect((await log()).join("\n") + lab.cloud.log()).not.toContain(canary);
});

it("heals by the tick where every push is lost", async () => {
  await lab.tickEveryMinute();
  await lab.loseEveryPush();
  const heard = await watched();
  const [pushed, ran] = [lab.receiver.passages.length, (await causesOfRuns()).length];
  lab.setBroken(true);
  await expect.poll(heard, PATIENTLY).toEqual(["True", "False"]);
  expect(statuses().slice(pushed)).toContain(202);
  // A run is logged when it ends.
  await expect.poll(async () => new Set((await causesOfRuns()).slice(ran)), PATIENTLY).toEqual(new Set(["schedule"]));
});

/** What the status was, and what each write has made of it since. */
async function watched(): Promise<() => readonly (string | undefined)[]> {
  const watch = await watchStatus(lab.kubernetes, CONDITION);
  onTestFinished(watch.close);
  return () => watch.heard.map(({ status }) => status);
}

async function causesOfRuns(): Promise<readonly string[]> {
  const lines = await functionLog(lab.cloud, `${lab.stack.name}-reconcile`);
  return lines.flatMap((line) => /"run completed".*"cause":"([^"]+)"/.exec(line)?.[1] ?? []);
}

// News each time: it fires, it is over, it fires; all of that twice.
async function pushInDisorder(day: string): Promise<void> {
  const startsAt = `${day}T00:00:00Z`;
  const [firing, over] = [aPosted("Broken", { startsAt }), aPosted("Broken", { startsAt, endsAt: `${day}T00:01:00Z` })];
  const ahead = { ...firing, endsAt: new Date(Date.now() + 240_000).toISOString() };
  for (const alert of [ahead, over, ahead, over, ahead, over]) expect(await push([alert])).toBe(202);
}

async function push(alerts: readonly object[]): Promise<number> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${lab.token}` };
  const response = await fetch(`${lab.receiver.url}/clusters/eu/api/v2/alerts`, { method: "POST", headers, body: JSON.stringify(alerts) });
  return response.status;
}
