// Tries every profile of the catalogue on a real API server with CRDs of the operators' shape, case by case of its test file.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { shippedProfiles } from "../../functions/cli/catalogue.ts";
import { kindsOf } from "../../functions/core/profile/profile.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { type Answer, apiRequest } from "../support/api-request.ts";
import { catalogueCrds } from "../support/catalogue-crds.ts";
import { type HttpServer, serve } from "../support/http-server.ts";
import { type RealKubernetes, startKubernetes } from "../support/real-kubernetes.ts";

type Firing = { alert: string; labels?: Record<string, string> };
type Given = { kind: string; name: string; namespace?: string; spec?: object; conditions?: Record<string, string> };
type Case = { it: string; given: { resources: Given[]; firing?: Firing[] }; expect: Record<string, string> };
type Outcome = { kind: string; namespace?: string; name: string; was: string; condition: { type: string; status: string; reason: string } };

const MERGE_PATCH = "application/merge-patch+json";
const FOLDER = join(import.meta.dirname, "../../infra/profiles");
const NAMESPACE = "shop";

const shipped = await shippedProfiles();
const tables = await Promise.all(
  shipped.map(async ({ profile, entry }) => {
    const { cases }: { cases: Case[] } = parse(await readFile(join(FOLDER, `${profile.name}.test.yaml`), "utf8"));
    return { name: profile.name, profile, isObserved: entry.observe !== undefined, cases };
  }),
);

let kubernetes: RealKubernetes;
let source: HttpServer;
let folder: string;
let firing: readonly Firing[] = [];

beforeAll(async () => {
  kubernetes = await startKubernetes();
  folder = await mkdtemp(join(tmpdir(), "alertstatus-catalogue-"));
  source = await serve((_, response) => {
    const alerts = firing.map(({ alert, labels }) => ({
      labels: { alertname: alert, ...labels },
      annotations: {},
      state: "firing",
      activeAt: "2026-01-01T00:00:00Z",
      value: "1e+00",
    }));
    response.setHeader("content-type", "application/json").end(JSON.stringify({ status: "success", data: { alerts } }));
  });
  await accepted(kubernetes.request("POST", "/api/v1/namespaces", { metadata: { name: NAMESPACE } }));
  await Promise.all(
    catalogueCrds().map((crd) => accepted(kubernetes.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd))),
  );
  const kinds = kindsOf(shipped.map(({ profile }) => profile));
  for (const { group, version, plural } of kinds)
    while ((await kubernetes.request("GET", `/apis/${group}/${version}/${plural}`)).status !== 200) await sleep(50);
  await writeFile(join(folder, "ca.pem"), kubernetes.ca);
  await Promise.all(tables.map(({ name, isObserved }) => writeFile(fleetOf(name), JSON.stringify(fleet(name, isObserved)))));
});
afterAll(async () => {
  await source?.close();
  await kubernetes?.stop();
  await rm(folder, { recursive: true, force: true });
});

const fleetOf = (name: string) => join(folder, `${name}.json`);

/** The profile alone, as an entry of the catalogue has it. */
function fleet(name: string, isObserved: boolean): object {
  const login = { server: kubernetes.server, ca: { file: "ca.pem" }, auth: { token: { env: "CLUSTER_TOKEN" } } };
  const cluster = {
    name,
    profiles: [name],
    ...(isObserved && { mode: "observe" }),
    kubernetes: login,
    alerts: { url: source.url, proof: "none" },
  };
  const entries = shipped.flatMap(({ profile, entry }) => (profile.name === name ? [entry.profiles] : []));
  return { clusters: [cluster], profiles: Object.assign({}, ...entries) };
}

/** Gives alertstatus the rights that `rbac render` prints for a profile, and no others. */
async function grant(name: string): Promise<void> {
  const words = ["rbac", "render", "--fleet", fleetOf(name), "--cluster", name];
  const { stdout } = await alertstatus(words, { CLUSTER_TOKEN: kubernetes.token });
  for (const document of parseAllDocuments(stdout)) {
    const { apiVersion, kind, metadata, ...rest } = document.toJS();
    await accepted(
      kubernetes.request("PUT", `/apis/${apiVersion}/${kind.toLowerCase()}s/${metadata.name}`, { apiVersion, kind, metadata, ...rest }),
    );
  }
  const asItself = apiRequest({ server: kubernetes.server, ca: kubernetes.ca, token: kubernetes.token });
  const profiles = shipped.flatMap(({ profile }) => (profile.name === name ? [profile] : []));
  for (const { group, version, plural } of kindsOf(profiles))
    while ((await asItself("GET", `/apis/${group}/${version}/${plural}`)).status !== 200) await sleep(20);
}

async function reconcile(name: string): Promise<readonly Outcome[]> {
  const words = ["reconcile", "--fleet", fleetOf(name), "--cluster", name, "-o", "json"];
  const { stdout, stderr } = await alertstatus(words, { CLUSTER_TOKEN: kubernetes.token });
  expect(stderr).not.toContain("error");
  return JSON.parse(stdout).clusters[0].resources;
}

async function accepted(answer: Promise<Answer>): Promise<unknown> {
  const { status, body } = await answer;
  if (status !== 200 && status !== 201) throw new Error(`the API server answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

describe.each(tables)("the profile $name", ({ name, profile, isObserved, cases }) => {
  beforeAll(() => grant(name));

  const listOf = ({ kind, namespace }: Given) => {
    const of = kindsOf([profile])
      .filter((one) => one.kind === kind)
      .at(namespace === undefined ? -1 : 0)!;
    return `/apis/${of.group}/${of.version}${namespace === undefined ? "" : `/namespaces/${namespace}`}/${of.plural}`;
  };
  const apiVersionOf = (path: string) => path.split("/").slice(2, 4).join("/");

  async function create(given: Given): Promise<void> {
    const path = listOf(given);
    const { kind, name: own, namespace, spec, conditions = {} } = given;
    await accepted(
      kubernetes.request("POST", path, { apiVersion: apiVersionOf(path), kind, metadata: { name: own, namespace }, spec: spec ?? {} }),
    );
    const list = Object.entries(conditions).map(([type, status]) => ({
      type,
      status,
      reason: "Said",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    }));
    if (list.length > 0)
      await accepted(kubernetes.request("PATCH", `${path}/${own}/status`, { status: { conditions: list } }, MERGE_PATCH));
  }

  async function remove(resources: readonly Given[]): Promise<void> {
    for (const resource of resources) await accepted(kubernetes.request("DELETE", `${listOf(resource)}/${resource.name}`));
  }

  async function readBack(resource: Given): Promise<{ own: readonly string[]; others: number }> {
    const body = Object(await accepted(kubernetes.request("GET", `${listOf(resource)}/${resource.name}`)));
    const conditions: readonly { type: string; status: string; reason: string }[] = body.status?.conditions ?? [];
    const own = conditions.filter(({ type }) => type === profile.condition).map(({ status, reason }) => `${status} ${reason}`);
    return { own, others: conditions.length - own.length };
  }

  async function said(): Promise<Readonly<Record<string, string>>> {
    const outcomes = await reconcile(name);
    return Object.fromEntries(
      outcomes.map(({ kind, name: own, condition }) => [`${kind}/${own}`, `${condition.status} ${condition.reason}`]),
    );
  }

  /** Each resource has what was told, and what others told. */
  async function expectKept(resources: readonly Given[], told: Case["expect"]): Promise<void> {
    for (const resource of resources) {
      const own = isObserved ? [] : [told[`${resource.kind}/${resource.name}`]];
      expect(await readBack(resource)).toEqual({ own, others: Object.keys(resource.conditions ?? {}).length });
    }
  }

  /** What a second pass does. */
  async function again(): Promise<ReadonlySet<string>> {
    return new Set((await reconcile(name)).map(({ was }) => was));
  }

  test.each(cases.map((one, nth) => ({ ...one, isFirst: nth === 0 })))("$it", async ({ given, expect: expected, isFirst }) => {
    firing = given.firing ?? [];
    for (const resource of given.resources) await create(resource);
    onTestFinished(() => remove(given.resources));
    expect(await said()).toEqual(expected);
    await expectKept(given.resources, expected);
    // What it depends on is the CRD and the condition, not the case.
    if (isFirst) expect(await again()).toEqual(new Set([isObserved ? "planned" : "unchanged"]));
  });
});

test("a Machine with as many conditions as its CRD allows is told as full, and stays as it is", async () => {
  const path = `/apis/cluster.x-k8s.io/v1beta2/namespaces/${NAMESPACE}/machines`;
  const object = { apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Machine", metadata: { name: "full", namespace: NAMESPACE }, spec: {} };
  await accepted(kubernetes.request("POST", path, object));
  const conditions = [...Array(32).keys()].map((nth) => ({
    type: `Said${nth}`,
    status: "True",
    reason: "Said",
    message: "",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  }));
  await accepted(kubernetes.request("PATCH", `${path}/full/status`, { status: { conditions } }, MERGE_PATCH));
  firing = [];
  await grant("cluster-api-machine");
  expect(await reconcile("cluster-api-machine")).toMatchObject([{ name: "full", was: "refused", code: "conditions-full" }]);
  const { status } = Object(await accepted(kubernetes.request("GET", `${path}/full`)));
  expect(status.conditions).toHaveLength(32);
});
