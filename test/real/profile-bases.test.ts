// Builds the base of every profile with kustomize, and shows what carries its rules to a real API server.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse, stringify } from "yaml";
import { shippedProfiles } from "../../functions/cli/catalogue.ts";
import { kindsOf } from "../../functions/core/profile/profile.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { apiRequest } from "../support/api-request.ts";
import { apply, kustomize } from "../support/kustomize.ts";
import { ruleCrds } from "../support/rule-crds.ts";

const access = inject("kubernetes")!;
const admin = apiRequest({ server: access.server, ca: access.ca, token: access.adminToken });
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const PLACES = {
  vmrule: "/apis/operator.victoriametrics.com/v1beta1/namespaces/default/vmrules",
  gmp: "/apis/monitoring.googleapis.com/v1/clusterrules",
} as const;

const shipped = await shippedProfiles();
const names = ["kyma-telemetry", ...shipped.map(({ profile }) => profile.name)];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-bases-"));
  for (const crd of ruleCrds()) expect(await admin("POST", CRDS, crd)).toMatchObject({ status: 201 });
  for (const path of Object.values(PLACES)) while ((await admin("GET", path)).status !== 200) await sleep(50);
});
afterAll(async () => {
  for (const crd of ruleCrds()) await admin("DELETE", `${CRDS}/${Object(crd).metadata.name}`);
  await rm(folder, { recursive: true, force: true });
});

async function renderBase(name: string, ...words: readonly string[]): Promise<string> {
  const into = join(folder, name);
  const { code, stderr } = await alertstatus(["profile", "render", name, "--into", into, ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return into;
}

describe("the bases of all profiles", () => {
  let objects: ReturnType<typeof kustomize>;

  beforeAll(async () => {
    for (const name of names) await renderBase(name, "--format", "configmap");
    const overlay = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources: names };
    await writeFile(join(folder, "kustomization.yaml"), stringify(overlay));
    objects = kustomize(folder);
  });

  test("are built by one overlay, each object under a name of its own", () => {
    const kinds = Object.groupBy(objects, ({ kind }) => kind);
    expect(kinds.ConfigMap!.map(({ metadata }) => metadata.name).sort()).toEqual(names.map((name) => `alertstatus-rules-${name}`).sort());
    expect(kinds.ClusterRole!.map(({ metadata }) => metadata.name).sort()).toEqual(names.map((name) => `alertstatus-${name}`).sort());
    for (const binding of kinds.ClusterRoleBinding!) expect(Object(binding).roleRef.name).toBe(binding.metadata.name);
  });

  test("are accepted by the API server", async () => {
    for (const object of objects) {
      const placed = object.kind === "ConfigMap" ? { ...object, metadata: { ...object.metadata, namespace: "default" } } : object;
      const { status, body } = await apply(admin, placed);
      expect([200, 201], `${object.kind}/${object.metadata.name}: ${JSON.stringify(body)}`).toContain(status);
    }
  });

  test("let alertstatus write conditions, and only list what is observed", () => {
    const roles = new Map(objects.filter(({ kind }) => kind === "ClusterRole").map((role) => [role.metadata.name, Object(role).rules]));
    for (const { profile, entry } of shipped) {
      const [{ group, plural } = { group: "", plural: "" }] = kindsOf([profile]);
      const reading = { apiGroups: [group], resources: [plural], verbs: entry.observe === undefined ? ["get", "list"] : ["list"] };
      const writing = entry.observe === undefined ? [{ apiGroups: [group], resources: [`${plural}/status`], verbs: ["patch"] }] : [];
      expect(roles.get(`alertstatus-${profile.name}`)).toEqual([reading, ...writing]);
    }
  });
});

test.each(["vmrule", "gmp"] as const)("the rules of every profile are accepted as %s, and kept as they are", async (format) => {
  for (const name of names) {
    const object = parse((await alertstatus(["rules", "render", "--profile", name, "--format", format])).stdout);
    const { status, body } = await admin("POST", `${PLACES[format]}?fieldValidation=Strict`, { ...object, metadata: { name } });
    expect({ name, status, spec: Object(body).spec ?? body }).toEqual({ name, status: 201, spec: object.spec });
  }
});

test("a base brings a PrometheusRule unless it is asked for another object", async () => {
  const base = await renderBase("cloudnative-pg-cluster");
  expect(parse(await readFile(join(base, "rules.yaml"), "utf8"))).toMatchObject({ kind: "PrometheusRule" });
});

test("a folder that cannot be written is named", async () => {
  await writeFile(join(folder, "a-file"), "");
  const { code, stderr } = await alertstatus(["profile", "render", "kyma-telemetry", "--into", join(folder, "a-file/base")]);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/a-file\/base cannot be written: ENOTDIR/) });
});
