import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type Invoked, invokeCold, type Lambda, startLambda } from "../support/lambda.ts";
import { builtFunctions } from "../support/made-once.ts";
import { startSimulator } from "../support/simulator.ts";

const folder = mkdtempSync(join(tmpdir(), "alertstatus-function-"));
const fleetFile = join(folder, "fleet.yml");
const [eu, us] = await Promise.all([startSimulator(), startSimulator()]);

const kubernetes = { auth: { token: { env: "CLUSTER_TOKEN" } } };
const EU = { name: "eu", labels: { region: "eu" }, kubernetes: { server: eu.url, ...kubernetes } };
const US = { name: "us", labels: { region: "us" }, kubernetes: { server: us.url, ...kubernetes } };

let built: string;
let warm: Lambda;
beforeAll(async () => {
  built = join(await builtFunctions(), "functions/reconcile/reconcile.mjs");
  writeFileSync(join(folder, "both.yml"), stringify({ clusters: [EU, US] }));
  warm = await startLambda(built, { FLEET: `file:${join(folder, "both.yml")}`, CLUSTER_TOKEN: eu.token });
});

beforeEach(() => {
  for (const cluster of [eu, us]) cluster.put(pipeline);
});

afterAll(async () => {
  await Promise.all([warm?.end(), eu.close(), us.close()]);
  rmSync(folder, { recursive: true, force: true });
});

describe("the reconcile function, as it is built, asked for", () => {
  test.each([
    { of: "nothing", payload: {}, reconciled: ["eu", "us"] },
    { of: "a cluster", payload: { clusters: ["us"] }, reconciled: ["us"] },
    { of: "clusters by label", payload: { selector: "region=eu" }, reconciled: ["eu"] },
  ])("$of, does $reconciled", async ({ payload, reconciled }) => {
    const { clusters } = await invokeWarm(payload);
    expect(clusters.map(({ cluster, was }) => ({ cluster, was }))).toEqual(reconciled.map((cluster) => ({ cluster, was: "reconciled" })));
    expect(written()).toEqual(reconciled);
  });

  test("a dry run, plans and writes nothing", async () => {
    const { summary } = await invokeWarm({ dryRun: true });
    expect(summary.resources).toMatchObject({ planned: 2, patched: 0 });
    expect(written()).toEqual([]);
  });

  test("a fleet with a wrong entry, calls that one misconfigured and does the others", async () => {
    const { clusters, summary } = await invoke({}, [EU, { ...US, mode: "loud" }]);
    expect(clusters).toContainEqual(
      expect.objectContaining({ cluster: "us", was: "misconfigured", message: expect.stringContaining("mode") }),
    );
    expect(summary.clusters).toMatchObject({ reconciled: 1, misconfigured: 1 });
    expect(written()).toEqual(["eu"]);
  });

  test("a cluster of a kubeconfig, loads what reads it", async () => {
    // As far as a server that speaks no TLS, it has been read and understood.
    writeFileSync(join(folder, "kubeconfig"), kubeconfig(eu.url.replace("http:", "https:")));
    const { clusters } = await invoke({}, [{ name: "eu", kubernetes: { kubeconfig: { file: "kubeconfig" } } }]);
    expect(clusters).toEqual([expect.objectContaining({ cluster: "eu", was: "unreachable", code: "tls" })]);
  });

  test("a cluster behind a proxy, asks there", async () => {
    // What serves the API is no proxy, and says so.
    const environment = { HTTPS_PROXY: eu.url, NO_PROXY: "us.example" };
    const behind = { name: "eu", kubernetes: { server: "https://api.corp.example:6443" } };
    const { clusters } = await invoke({}, [behind], environment);
    expect(clusters).toEqual([expect.objectContaining({ cluster: "eu", was: "unreachable", code: "proxy-failed" })]);
  });

  test.each([
    { of: "a cluster that is not in the fleet", payload: { clusters: ["eu", "mars"] }, says: "no such cluster in the fleet: mars" },
    { of: "what it does not know", payload: { cluster: "eu" }, says: "there is no field cluster" },
    { of: "a selector that is none", payload: { selector: "=eu" }, says: "the selector =eu is not usable" },
    { of: "a selector that matches nothing", payload: { selector: "region=mars" }, says: "the selector region=mars matches no cluster" },
  ])("$of, answers with the error, and does not crash", async ({ payload, says }) => {
    expect(await invokeWarm(payload)).toMatchObject({ error: expect.stringContaining(says), clusters: [] });
    expect(written()).toEqual([]);
  });

  test("anything without a fleet, says what to set", async () => {
    await expect(invoke({}, [EU, US], { FLEET: "" })).rejects.toThrow("set FLEET");
  });
});

const pipeline = {
  apiVersion: "telemetry.kyma-project.io/v1beta1",
  kind: "TracePipeline",
  metadata: { name: "checkout" },
  spec: { output: { otlp: { endpoint: { value: "https://backend.example.com:4317" } } } },
};

type Outcome = {
  clusters: { cluster: string; was: string; message?: string }[];
  summary: { clusters: Record<string, number>; resources: Record<string, number> };
};

/** Asks a process that both clusters are the fleet of. */
async function invokeWarm(payload: object): Promise<Outcome> {
  for (const { requests } of [eu, us]) requests.length = 0;
  return outcomeOf(await warm.invoke(payload));
}

/** Asks a new process with a fleet and an environment of its own. */
async function invoke(payload: object, clusters: readonly object[], environment: Record<string, string> = {}): Promise<Outcome> {
  writeFileSync(fleetFile, stringify({ clusters }));
  for (const { requests } of [eu, us]) requests.length = 0;
  const settings = { FLEET: `file:${fleetFile}`, CLUSTER_TOKEN: eu.token, ...environment };
  const { invoked } = await invokeCold(built, settings, payload);
  return outcomeOf(invoked[0]);
}

function outcomeOf({ answer, error }: Invoked = {}): Outcome {
  if (error !== undefined) throw new Error(error.message);
  if (!isOutcome(answer)) throw new Error(`this is no outcome: ${JSON.stringify(answer)}`);
  return answer;
}

function isOutcome(answer: unknown): answer is Outcome {
  return typeof answer === "object" && answer !== null && "clusters" in answer && "summary" in answer;
}

function written(): string[] {
  return Object.entries({ eu, us }).flatMap(([name, { requests }]) => (requests.some(({ method }) => method === "PATCH") ? [name] : []));
}

function kubeconfig(server: string): string {
  return stringify({
    clusters: [{ name: "eu", cluster: { server } }],
    users: [{ name: "eu", user: { token: "token" } }],
    contexts: [{ name: "eu", context: { cluster: "eu", user: "eu" } }],
    "current-context": "eu",
  });
}
