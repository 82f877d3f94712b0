// Holds the permissions in a cluster to what a reconcile needs.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import type { Json } from "./packaged.ts";

const FOLDER = join(import.meta.dirname, "../../infra/cluster");
const read = (file: string) => readFileSync(join(FOLDER, file), "utf8");
const { resources }: Json = parse(read("kustomization.yaml"));
const objects = resources.flatMap((file: string) => parseAllDocuments(read(file)).map((document): Json => document.toJS()));
const rulesOf = (kind: string) => objects.find((object: Json) => object.kind === kind).rules;
// The parser warns of CloudFormation's short forms, which do not matter here.
const { Resources: access }: Json = parse(read("eks-access-entry.yml"), { logLevel: "silent" });

describe("the manifests of a cluster", () => {
  test("hold two roles and their bindings to the group alertstatus", () => {
    expect(objects.map(({ kind }: Json) => kind).sort()).toEqual(["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]);
    const subjects = objects.flatMap((object: Json) => object.subjects ?? []);
    expect(subjects.map(({ kind, name }: Json) => `${kind} ${name}`)).toEqual(["Group alertstatus", "Group alertstatus"]);
  });

  test("allow reading the pipelines and patching their status", () => {
    const rules = rulesOf("ClusterRole").map(({ resources, verbs }: Json) => ({ resources, verbs }));
    const pipelines = ["tracepipelines", "metricpipelines", "logpipelines"];
    expect(rules).toEqual([
      { resources: pipelines, verbs: ["get", "list"] },
      { resources: pipelines.map((plural) => `${plural}/status`), verbs: ["patch"] },
    ]);
  });

  test("allow reading one service on one port through the API server", () => {
    expect(rulesOf("Role")).toEqual([
      { apiGroups: [""], resources: ["services/proxy"], resourceNames: ["telemetry-self-monitor:9090"], verbs: ["get"] },
    ]);
  });
});

describe("the access entry of an EKS cluster", () => {
  test("makes the role a member of that group, and grants nothing more", () => {
    expect(access.AccessEntry.Properties).toMatchObject({ KubernetesGroups: ["alertstatus"] });
    expect(access.AccessEntry.Properties).not.toHaveProperty("AccessPolicies");
  });

  test("in another account creates a role that reconcile may assume, for this cluster only", () => {
    const { RoleName, AssumeRolePolicyDocument, Policies } = access.Role.Properties;
    expect(RoleName).toBe(`alertstatus-\${Stage}-\${FleetName}`);
    const [{ Principal, Condition }] = AssumeRolePolicyDocument.Statement;
    expect(Principal.AWS).toMatch(/:role\/alertstatus-\$\{Stage\}-reconcile$/);
    expect(Condition).toEqual({ StringEquals: { "sts:ExternalId": `alertstatus:\${Stage}:\${FleetName}` } });
    expect(Policies.flatMap(({ PolicyDocument }: Json) => PolicyDocument.Statement.map(({ Action }: Json) => Action))).toEqual([
      "eks:DescribeCluster",
    ]);
  });
});
