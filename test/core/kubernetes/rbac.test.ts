// Holds rendered roles to the shipped ones, and to what each kind of cluster needs.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { rbacOf } from "../../../functions/core/kubernetes/rbac.ts";
import { neededPermissions } from "../../../functions/doctor/checks/permissions.ts";
import { aCluster, aFleet } from "../fleet/fleet-documents.ts";

const objectsFor = (more: object) => {
  const [entry] = parseFleet(aFleet(aCluster(more))).clusters;
  return rbacOf(neededPermissions(entry ?? expect.fail("the fleet is valid")));
};
const rulesFor = (more: object) =>
  objectsFor(more).flatMap(({ kind, metadata, rules }) => (rules ? [[kind, metadata.namespace, rules]] : []));

test("a cluster with Kyma telemetry gets what infra/cluster/rbac.yml ships", () => {
  const shipped = parseAllDocuments(readFileSync(join(import.meta.dirname, "../../../infra/cluster/rbac.yml"), "utf8"));
  expect(objectsFor({})).toEqual(shipped.map((document) => document.toJS()));
});

test("a cluster that is only observed gets no right to write", () => {
  const text = JSON.stringify(rulesFor({ mode: "observe" }));
  expect(text).toContain('["list"]');
  expect(text).not.toMatch(/patch|"get","list"/);
});

test("a source by URL needs no right in the cluster", () => {
  expect(rulesFor({ alerts: { url: "https://prometheus.example" } }).map(([kind]) => kind)).toEqual(["ClusterRole"]);
});

test("events of cluster-scoped kinds are created in the namespace default", () => {
  expect(rulesFor({ events: true })).toContainEqual([
    "Role",
    "default",
    [{ apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create"] }],
  ]);
});

test("two services of one namespace are rules of one role", () => {
  const service = (name: string) => ({ service: { namespace: "monitoring", name, port: 9090 } });
  const roles = rulesFor({ alerts: [service("a"), service("b")] }).filter(([kind]) => kind === "Role");
  expect(roles).toEqual([
    [
      "Role",
      "monitoring",
      ["a:9090", "b:9090"].map((name) => ({ apiGroups: [""], resources: ["services/proxy"], resourceNames: [name], verbs: ["get"] })),
    ],
  ]);
});

test("roles stand in the order of their namespaces, that of the cluster first", () => {
  const alerts = ["zoo", "app", "2nd"].map((namespace) => ({ service: { namespace, name: "prometheus", port: 9090 } }));
  const objects = objectsFor({ alerts });
  expect(objects.filter(({ rules }) => rules).map(({ metadata }) => metadata.namespace)).toEqual([undefined, "2nd", "app", "zoo"]);
  expect(objects[0]?.metadata).toStrictEqual({ name: "alertstatus" });
});
