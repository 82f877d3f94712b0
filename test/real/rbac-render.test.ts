// Applies rendered roles to a real API server, beside those that others have there, and holds the login to exactly what they grant.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { valueAt } from "../../functions/core/json.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { aProfile } from "../core/fleet/fleet-documents.ts";
import { apiRequest } from "../support/api-request.ts";
import { apply, type KubernetesObject, renamed } from "../support/kustomize.ts";
import { PATIENTLY } from "../support/patience.ts";

const access = inject("kubernetes")!;
const admin = apiRequest({ ...access, token: access.adminToken });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-rbac-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("rendered roles are applied, and grant what the profile needs and no more", async () => {
  const fleet = join(folder, "fleet.json");
  const cluster = {
    name: "plain",
    kubernetes: { server: access.server },
    profiles: ["mine"],
    alerts: { url: "https://prometheus.example" },
  };
  await writeFile(fleet, JSON.stringify({ clusters: [cluster], profiles: { mine: aProfile() } }));
  const { code, stdout } = await alertstatus(["rbac", "render", "--fleet", fleet, "--cluster", "plain"]);
  expect(code).toBe(0);
  const objects: KubernetesObject[] = parseAllDocuments(stdout).map((document) => document.toJS());
  expect(objects.flatMap(({ metadata }) => metadata.namespace ?? [])).toEqual([]);
  for (const object of objects) expect(await apply(admin, renamed(object, "of-queues"))).toMatchObject({ status: 201 });
  const of = { group: "example.org", plural: "queues" };
  const may = async (verb: string, resource: string, subresource?: string) => {
    const review = { spec: { resourceAttributes: { verb, group: of.group, resource, subresource } } };
    const request = apiRequest({ server: access.server, ca: access.ca, token: access.token });
    const { body } = await request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review);
    return valueAt(body, ["status", "allowed"]);
  };
  await expect.poll(() => may("list", of.plural), PATIENTLY).toBe(true);
  expect(await may("patch", of.plural, "status")).toBe(true);
  expect(await may("patch", of.plural)).toBe(false);
  expect(await may("delete", of.plural)).toBe(false);
});
