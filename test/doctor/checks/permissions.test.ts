import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { type Permission, permissionText } from "../../../functions/core/kubernetes/permission.ts";
import { excessCheck, excessPermissions, neededPermissions, permissionCheck } from "../../../functions/doctor/checks/permissions.ts";

/** What passes over a cluster need that differs from others in this. */
function needed(fields: object = {}): readonly string[] {
  const { clusters, wrong } = parseFleet({ clusters: [{ name: "prod", kubernetes: { server: "https://a.example" }, ...fields }] });
  if (clusters[0] === undefined) throw new Error(JSON.stringify(wrong));
  return neededPermissions(clusters[0]).map(permissionText);
}

const SERVICE = "get services/proxy telemetry-self-monitor:9090 in kyma-system";

/** The roles that we ship, one text for each verb on each resource; Events are for those who ask for them. */
function shipped(): readonly string[] {
  const documents = parseAllDocuments(readFileSync(join(import.meta.dirname, "../../../infra/cluster/rbac.yml"), "utf8"));
  const rights = documents.flatMap((document) => {
    const { rules = [], metadata } = document.toJS();
    return rules.flatMap(({ resources, verbs, resourceNames = [] }: { resources: string[]; verbs: string[]; resourceNames?: string[] }) =>
      resources.flatMap((resource) =>
        verbs.map((verb) => [verb, resource, ...resourceNames, ...(metadata.namespace ? ["in", metadata.namespace] : [])].join(" ")),
      ),
    );
  });
  return rights.filter((right: string) => !right.includes("events"));
}

describe("what is needed", () => {
  test("is what the roles that we ship grant, and all of it", () => {
    expect(needed().toSorted()).toEqual(shipped().toSorted());
  });

  test("is in mode shadow the same", () => {
    expect(needed({ mode: "shadow" })).toEqual(needed());
  });

  test("is in mode observe to look, and nothing else", () => {
    expect(needed({ mode: "observe", events: true })).toEqual([
      "list tracepipelines",
      "list metricpipelines",
      "list logpipelines",
      SERVICE,
    ]);
  });

  test("is nothing of the service proxy where the alerts come from elsewhere", () => {
    expect(needed({ alerts: { url: "https://thanos.example" } }).filter((right) => right.includes("proxy"))).toEqual([]);
  });

  test("is each service of several sources", () => {
    const alerts = ["a", "b"].map((name) => ({ service: { namespace: "monitoring", name, port: 9090 } }));
    expect(needed({ alerts }).filter((right) => right.includes("proxy"))).toEqual([
      "get services/proxy a:9090 in monitoring",
      "get services/proxy b:9090 in monitoring",
    ]);
  });

  test("is to create Events where they are asked for, in `default` for what has no namespace", () => {
    expect(needed({ events: true })).toContain("create events in default");
  });
});

test("no right that tells of a role too wide is one that is needed", () => {
  const [entry] = parseFleet({ clusters: [{ name: "prod", kubernetes: { server: "https://a.example" } }] }).clusters;
  const needed = new Set(neededPermissions(entry!).map(permissionText));
  expect(
    excessPermissions(entry!)
      .map(permissionText)
      .filter((right) => needed.has(right)),
  ).toEqual([]);
});

const list: Permission = { verb: "list", group: "telemetry.kyma-project.io", resource: "tracepipelines" };

test("a right that is missing is shown as the rule that grants it", () => {
  expect(permissionCheck(list, true)).toEqual({ check: "may list tracepipelines", was: "ok", message: "yes" });
  const rule = '{"apiGroups":["telemetry.kyma-project.io"],"resources":["tracepipelines"],"verbs":["list"]}';
  expect(permissionCheck(list, false)).toMatchObject({ was: "failed", remedy: expect.stringMatching(/a ClusterRole/) });
  expect(permissionCheck(list, false).remedy).toContain(rule);
});

test("who may do anything is told in two words instead of all", () => {
  expect(excessCheck([{ verb: "*", group: "*", resource: "*" }, list]).message).toBe("it may as well: anything at all");
  expect(excessCheck([list])).toMatchObject({ was: "warning", message: "it may as well: list tracepipelines" });
  expect(excessCheck([])).toMatchObject({ was: "ok" });
});
