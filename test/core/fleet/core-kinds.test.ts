// Keeps profiles away from kinds of Kubernetes itself, and from conditions that the controller of a kind writes.

import { describe, expect, test } from "vitest";
import { aCluster, aFleet, aProfile, parseInWords, SERVICE } from "./fleet-documents.ts";

function problemsOf(
  group: string,
  plural: string,
  { condition = "Mine", coreKinds }: { condition?: string; coreKinds?: readonly string[] } = {},
) {
  const says = { reason: "Fine", message: "It is fine." };
  const flows = [{ of: { group, version: "v1", plural, kind: "Thing" }, rows: [], unproven: [says], healthy: says }];
  const document = { ...aFleet(aCluster({ profiles: ["mine"], alerts: SERVICE })), profiles: { mine: aProfile({ condition, flows }) } };
  return parseInWords(document, { coreKinds }).wrong.flatMap(({ problems }) => problems);
}

describe("a profile may not name", () => {
  test.each([
    { group: "", plural: "nodes", name: "nodes" },
    { group: "apps", plural: "deployments", name: "deployments.apps" },
    { group: "batch", plural: "jobs", name: "jobs.batch" },
    { group: "autoscaling", plural: "horizontalpodautoscalers", name: "horizontalpodautoscalers.autoscaling" },
    { group: "rbac.authorization.k8s.io", plural: "clusterroles", name: "clusterroles.rbac.authorization.k8s.io" },
    { group: "gateway.networking.k8s.io", plural: "gateways", name: "gateways.gateway.networking.k8s.io" },
  ])("$name, unless the deployment lists it", ({ group, plural, name }) => {
    expect(problemsOf(group, plural)).toEqual([
      expect.stringContaining(`profiles.mine.flows[0].of: ${name} is a kind of Kubernetes itself: list it in the deployment's parameter`),
    ]);
    expect(problemsOf(group, plural, { coreKinds: ["others.apps"] })).toHaveLength(1);
    expect(problemsOf(group, plural, { coreKinds: [name] })).toEqual([]);
  });

  test.each([
    { group: "", plural: "nodes", condition: "Ready" },
    { group: "apps", plural: "deployments", condition: "Available" },
    { group: "cert-manager.io", plural: "certificates", condition: "Ready" },
  ])("the condition $condition of $plural, listed or not", ({ group, plural, condition }) => {
    const coreKinds = ["nodes", "deployments.apps"];
    expect(problemsOf(group, plural, { condition, coreKinds })).toEqual([
      expect.stringContaining(`profiles.mine.condition: ${condition} of ${plural}`),
    ]);
  });
});

test.each([
  { group: "telemetry.kyma-project.io", plural: "tracepipelines" },
  { group: "cert-manager.io", plural: "certificates" },
  { group: "cluster.x-k8s.io", plural: "machines" },
  { group: "notk8s.io", plural: "things" },
])("a profile may name $plural.$group", ({ group, plural }) => {
  expect(problemsOf(group, plural)).toEqual([]);
});
