// Holds exec plugins to how often they run, and to what they are given; test/contract/kubeconfigs/ compares what they answer with kubectl.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLogins } from "../../../functions/io/auth/logins.ts";
import { clockAt } from "../../support/clock.ts";

const V1 = "client.authentication.k8s.io/v1";
const START_MS = Date.parse("2026-01-01T00:00:00Z");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-plugin-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** How often a plugin runs that answers this, for a login that is asked for at these seconds. */
async function runs(name: string, status: object, seconds: readonly number[]): Promise<number> {
  const counted = join(folder, name);
  const answer = JSON.stringify({ apiVersion: V1, kind: "ExecCredential", status });
  // Without a terminal, what it reads has ended: a plugin that asks does not wait.
  const script = `cat; echo run >> '${counted}'; echo '${answer}'`;
  const user = { exec: { apiVersion: V1, command: "sh", args: ["-c", script], interactiveMode: "IfAvailable" } };
  const config = {
    "current-context": "a",
    contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
    clusters: [{ name: "a", cluster: { server: "https://api.example" } }],
    users: [{ name: "a", user }],
  };
  const file = join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(config));
  let nowMs = START_MS;
  const logins = openLogins({ clock: clockAt(() => nowMs), environment: process.env, random: () => 0 });
  for (const second of seconds) {
    nowMs = START_MS + second * 1_000;
    const { token } = await logins.ofCluster({ name: "a", kubernetes: { kubeconfig: { file } } }, folder).endpoint();
    expect(token).toBe("canary-token");
  }
  return (await readFile(counted, "utf8")).trim().split("\n").length;
}

test.each([
  { what: "its credential is good for an hour", expirationTimestamp: "2026-01-01T01:00:00Z", seconds: [0, 40, 3_000], count: 1 },
  { what: "its credential is over after an hour", expirationTimestamp: "2026-01-01T01:00:00Z", seconds: [0, 3_601], count: 2 },
  { what: "its credential says no time", expirationTimestamp: undefined, seconds: [0, 20, 40], count: 2 },
  { what: "its credential is over already", expirationTimestamp: "2020-01-01T00:00:00Z", seconds: [0, 20, 40], count: 2 },
])("a plugin runs $count times in seconds $seconds where $what", async ({ what, expirationTimestamp, seconds, count }) => {
  expect(await runs(what.replaceAll(" ", "-"), { token: "canary-token", expirationTimestamp }, seconds)).toBe(count);
});
