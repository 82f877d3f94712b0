// Holds every command to what Ctrl-C means: nothing more is sent, and finished results are printed.

import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { openAccess } from "../../functions/cli/access.ts";
import { toEndpoint } from "../../functions/io/http/connections.ts";
import { aResource } from "../support/builders.ts";
import { serve } from "../support/http-server.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { alertstatus } from "./alertstatus.ts";

let folder: string;
let simulator: Simulator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-interrupt-"));
  simulator = await startSimulator();
  await writeFile(join(folder, "token"), simulator.token);
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true });
});

const interrupt = () => void process.emit("SIGINT");

const entry = (name: string, server: string, more: object = {}) => ({
  name,
  kubernetes: { server, auth: { token: { file: join(folder, "token") } } },
  alerts: { url: simulator.alertsUrl },
  ...more,
});
const fleetOf = (...clusters: readonly object[]) => JSON.stringify({ clusters });

/** The API server of the simulator; requests that start with one of these prefixes get no answer, and are reported. */
async function serverThatHolds(words: readonly string[], onHeld: (request: string, response: ServerResponse) => void): Promise<string> {
  const server = await serve(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const what = words.find((word) => `${method} ${url}`.startsWith(word));
    if (what !== undefined) return onHeld(what, response);
    const { authorization = "", "content-type": type = "application/json" } = headers;
    const body = method === "GET" ? undefined : await text(request);
    const answer = await fetch(`${simulator.url}${url}`, { method, headers: { authorization, "content-type": type }, body });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  onTestFinished(server.close);
  return server.url;
}

test("Ctrl-C aborts running requests, prints the finished clusters and exits with 130", async () => {
  const hanging = Promise.withResolvers<ServerResponse>();
  const slow = await serverThatHolds(["GET"], (_, response) => hanging.resolve(response));
  const quick = Array.from({ length: 19 }, (_, index) => entry(`quick-${index}`, simulator.url));
  const ended = await alertstatus(
    ["reconcile", "--fleet", "-", "-o", "json"],
    {},
    {
      stdin: fleetOf(entry("slow", slow), ...quick),
      isTTY: true,
      onMessage: (message) => {
        if (message.includes("19 of 20 clusters")) void hanging.promise.then(interrupt);
      },
    },
  );
  expect(ended.code).toBe(130);
  const { clusters } = JSON.parse(ended.stdout);
  expect(clusters.map(({ cluster }: { cluster: string }) => cluster).sort()).toEqual(quick.map(({ name }) => name).sort());
  expect(ended.stderr).toContain("interrupted: 19 of 20 clusters are done\n");
  const response = await hanging.promise;
  if (!response.closed) await once(response, "close");
});

test("Ctrl-C prints what a cluster has written by then, and starts no other write", async () => {
  // One more than the limit of concurrent writes.
  const names = Array.from({ length: 17 }, (_, index) => `pipeline-${index}`);
  for (const name of names) simulator.put(aResource({ name }).object);
  onTestFinished(() => {
    for (const name of names) simulator.remove("TracePipeline", name);
  });
  // The Event about a written condition.
  const server = await serverThatHolds(["POST"], interrupt);
  const stdin = fleetOf(entry("prod", server, { events: true }));
  const { code, stdout } = await alertstatus(["reconcile", "--fleet", "-", "-o", "json"], {}, { stdin });
  expect(code).toBe(130);
  const [cluster] = JSON.parse(stdout).clusters;
  expect(new Set(cluster.resources.map(({ was }: { was: string }) => was))).toEqual(new Set(["patched"]));
  const written = names.filter((name) => simulator.get("TracePipeline", name)?.status !== undefined);
  expect(written).toEqual(expect.arrayContaining(cluster.resources.map(({ name }: { name: string }) => name)));
  expect(written.length).toBeLessThan(names.length);
});

test("Ctrl-C before a write leaves the cluster unchanged, and sends no further request", async () => {
  simulator.put(aResource({ name: "first" }).object);
  onTestFinished(() => simulator.remove("TracePipeline", "first"));
  const held: string[] = [];
  const server = await serverThatHolds(["GET /apis/telemetry.kyma-project.io/v1beta1/metricpipelines"], (request) => {
    held.push(request);
    interrupt();
  });
  const stdin = fleetOf(entry("prod", server));
  expect(await alertstatus(["reconcile", "--fleet", "-"], {}, { stdin })).toMatchObject({
    code: 130,
    stdout: "",
    stderr: expect.stringMatching(/interrupted: 0 of 1 clusters are done\n$/),
  });
  expect(simulator.get("TracePipeline", "first")).not.toHaveProperty("status.conditions");
  expect(held).toHaveLength(1);
});

test("after Ctrl-C no connection is opened", () => {
  const controller = new AbortController();
  const { connections } = openAccess({ env: {}, signal: controller.signal }, {});
  controller.abort();
  const endpoint = toEndpoint({ origin: simulator.url, basePath: "", headers: {}, secrets: [] });
  expect(() => connections.to(endpoint)).toThrow("interrupted before the request was sent");
});

test.each([
  { command: "explain", words: ["explain", "-c", "prod"], prints: /^$/ },
  { command: "doctor", words: ["doctor"], prints: /^$/ },
  { command: "cleanup", words: ["cleanup", "-c", "prod"], prints: /^$/ },
])("Ctrl-C makes $command exit with 130", async ({ words, prints }) => {
  const server = await serverThatHolds(["GET", "POST"], interrupt);
  const { code, stdout } = await alertstatus([...words, "--fleet", "-"], {}, { stdin: fleetOf(entry("prod", server)) });
  expect({ code, stdout }).toEqual({ code: 130, stdout: expect.stringMatching(prints) });
});

test("Ctrl-C ends a watch between two passes", async () => {
  const stdin = fleetOf({ ...entry("prod", simulator.url), paused: true });
  const onMessage = (message: string) => {
    if (message.includes("1 cluster: 1 paused")) setImmediate(interrupt);
  };
  const { code, stdout } = await alertstatus(["reconcile", "--fleet", "-", "--watch", "1h"], {}, { stdin, onMessage });
  expect({ code, stdout }).toEqual({ code: 130, stdout: expect.stringMatching(/^[0-9:]+Z prod .* paused/m) });
});

test("a second Ctrl-C kills the process, but npm's echo of the first one does not", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const before = process.listenerCount("SIGINT");
  const reading = Promise.withResolvers<void>();
  const stdin = new Readable({ read: () => reading.resolve() });
  const running = alertstatus(["fleet", "validate", "--fleet", "-"], {}, { stdin });
  await reading.promise;
  interrupt();
  vi.advanceTimersByTime(199);
  expect(process.listenerCount("SIGINT")).toBe(before + 1);
  vi.advanceTimersByTime(1);
  // Without a listener the signal ends the process.
  expect(process.listenerCount("SIGINT")).toBe(before);
  vi.advanceTimersByTime(300);
  expect(await running).toEqual({ code: 130, stdout: "", stderr: "" });
});
