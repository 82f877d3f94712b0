// Holds the permissions that doctor checks to those of the shipped roles, exactly.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { type Permission, permissionText } from "../../../functions/core/kubernetes/permission.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { excessCheck, excessPermissions, neededPermissions, permissionCheck } from "../../../functions/doctor/checks/permissions.ts";

/** The permissions that passes over a cluster with these fields need. */
function needed(fields: object = {}, profiles: object = {}): readonly string[] {
  const { clusters, wrong } = parseFleet({
    clusters: [{ name: "prod", kubernetes: { server: "https://a.example" }, ...fields }],
    profiles,
  });
  if (clusters[0] === undefined) throw new Error(JSON.stringify(wrong));
  return neededPermissions(clusters[0]).map(permissionText);
}

const TOPIC = { group: "example.org", version: "v1" };
const ALWAYS = { always: { status: "True", reason: "Fine", message: "It is fine." } };
const ALERTS = { url: "https://prometheus.example" };
const SERVICE = "get services/proxy telemetry-self-monitor:9090 in kyma-system";

/** The shipped roles, one line for each verb on each resource; Events are optional and left out. */
function shipped(): readonly string[] {
  const documents = parseAllDocuments(readFileSync(join(import.meta.dirname, "../../../infra/cluster/rbac.yml"), "utf8"));
  const permissions = documents.flatMap((document) => {
    const { rules = [], metadata } = document.toJS();
    return rules.flatMap(({ resources, verbs, resourceNames = [] }: { resources: string[]; verbs: string[]; resourceNames?: string[] }) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => [verb, resource, ...resourceNames, ...(metadata.namespace ? ["in", metadata.namespace] : [])].join(" ")),
      ),
    );
  });
  return permissions.filter((permission: string) => !permission.includes("events"));
}

describe("the needed permissions", () => {
  test("equal those that the shipped roles grant", () => {
    expect(needed().toSorted()).toEqual(shipped().toSorted());
  });

  test("are the same in mode shadow", () => {
    expect(needed({ mode: "shadow" })).toEqual(needed());
  });

  test("are by the modes of the profiles, each for its own kinds", () => {
    const topics = {
      ...kymaTelemetry,
      condition: "TopicsHealthy",
      flows: [{ ...ALWAYS, of: { ...TOPIC, kind: "Topic", plural: "topics" } }],
    };
    const profiles = { topics };
    const mixed = (mode: string) =>
      needed({ profiles: ["kyma-telemetry", { name: "topics", mode }], alerts: ALERTS, events: true }, profiles);
    expect(mixed("observe").filter((one) => one.includes("topics"))).toEqual(["list topics"]);
    expect(mixed("shadow").filter((one) => one.includes("topics"))).toEqual(["list topics", "get topics", "patch topics/status"]);
    expect(mixed("observe")).toContain("patch tracepipelines/status");
    expect(mixed("observe")).toContain("create events in default");
  });

  test("are read-only in mode observe, but for the Events that the fleet asks for", () => {
    const reading = ["list tracepipelines", "list metricpipelines", "list logpipelines"];
    expect(needed({ mode: "observe" })).toEqual([...reading, SERVICE]);
    expect(needed({ mode: "observe", events: true })).toEqual([...reading, "create events in default", SERVICE]);
  });

  test("exclude the service proxy where the source has a URL", () => {
    expect(needed({ alerts: { url: "https://thanos.example" } }).filter((permission) => permission.includes("proxy"))).toEqual([]);
  });

  test("name a service that speaks TLS as the API server does", () => {
    const service = { namespace: "mimir", name: "gateway", port: 443, scheme: "https", path: "/prometheus" };
    expect(needed({ alerts: { service } })).toContain("get services/proxy https:gateway:443 in mimir");
    expect(needed({ alerts: { service: { ...service, scheme: "http" } } })).toContain("get services/proxy gateway:443 in mimir");
  });

  test("include each service of several sources", () => {
    const alerts = ["a", "b"].map((name) => ({ service: { namespace: "monitoring", name, port: 9090 } }));
    expect(needed({ alerts }).filter((permission) => permission.includes("proxy"))).toEqual([
      "get services/proxy a:9090 in monitoring",
      "get services/proxy b:9090 in monitoring",
    ]);
  });

  test("include Events where the fleet enables them, in `default` for cluster-scoped resources", () => {
    expect(needed({ events: true })).toContain("create events in default");
  });

  test("include one Lease where the fleet asks for a heartbeat, and none where nothing is written", () => {
    const ofLeases = (more: object) => needed({ heartbeat: "5m", ...more }).filter((permission) => permission.includes("leases"));
    expect(ofLeases({})).toEqual(["get leases alertstatus in default", "patch leases alertstatus in default"]);
    expect(ofLeases({ mode: "observe" })).toEqual([]);
  });
});

test("no needed permission counts as one too many", () => {
  const [entry] = parseFleet({ clusters: [{ name: "prod", kubernetes: { server: "https://a.example" } }] }).clusters;
  const needed = new Set(neededPermissions(entry!).map(permissionText));
  expect(
    excessPermissions(entry!)
      .map(permissionText)
      .filter((permission) => needed.has(permission)),
  ).toEqual([]);
});

const list: Permission = { verb: "list", group: "telemetry.kyma-project.io", resource: "tracepipelines" };

test("a missing permission has the rule that grants it as its remedy", () => {
  expect(permissionCheck(list, true)).toEqual({ check: "may list tracepipelines", was: "ok", message: "yes" });
  const rule = '{"apiGroups":["telemetry.kyma-project.io"],"resources":["tracepipelines"],"verbs":["list"]}';
  expect(permissionCheck(list, false)).toMatchObject({ was: "failed", remedy: expect.stringMatching(/a ClusterRole/) });
  expect(permissionCheck(list, false).remedy).toContain(rule);
});

test("excessCheck names an administrator's permissions by one word instead of all", () => {
  expect(excessCheck([{ verb: "*", group: "*", resource: "*" }, list]).message).toBe("it may also: everything");
  expect(excessCheck([list])).toMatchObject({ was: "warning", message: "it may also: list tracepipelines" });
  expect(excessCheck([])).toMatchObject({ was: "ok" });
});
