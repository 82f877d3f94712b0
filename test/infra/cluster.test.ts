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
// What the short forms of CloudFormation stand for does not matter here.
const { Resources: access }: Json = parse(read("eks-access-entry.yml"), { logLevel: "silent" });

describe("what a cluster is given", () => {
  test("are two roles and their bindings to the group alertstatus", () => {
    expect(objects.map(({ kind }: Json) => kind).sort()).toEqual(["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"]);
    const subjects = objects.flatMap((object: Json) => object.subjects ?? []);
    expect(subjects.map(({ kind, name }: Json) => `${kind} ${name}`)).toEqual(["Group alertstatus", "Group alertstatus"]);
  });

  test("lets read the pipelines and patch their status", () => {
    const rules = rulesOf("ClusterRole").map(({ resources, verbs }: Json) => ({ resources, verbs }));
    const pipelines = ["tracepipelines", "metricpipelines", "logpipelines"];
    expect(rules).toEqual([
      { resources: pipelines, verbs: ["get", "list"] },
      { resources: pipelines.map((plural) => `${plural}/status`), verbs: ["patch"] },
    ]);
  });

  test("lets read one service on one port through the API server", () => {
    expect(rulesOf("Role")).toEqual([
      { apiGroups: [""], resources: ["services/proxy"], resourceNames: ["telemetry-self-monitor:9090"], verbs: ["get"] },
    ]);
  });
});

describe("the access entry of an EKS cluster", () => {
  test("makes a member of that group, and nothing more", () => {
    expect(access.AccessEntry.Properties).toMatchObject({ KubernetesGroups: ["alertstatus"] });
    expect(access.AccessEntry.Properties).not.toHaveProperty("AccessPolicies");
  });

  test("elsewhere, a role that reconcile may assume, and only for this cluster", () => {
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
