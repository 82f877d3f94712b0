// Tries `fleet discover --eks` on a simulated EKS.

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { aCluster, CA } from "../support/eks-api.ts";
import { alertstatus } from "./alertstatus.ts";
import { namesIn, openDiscoveryDesk } from "./discovery-desk.ts";

const { eks, discover, folder, written } = await openDiscoveryDesk();

describe("alertstatus fleet discover --eks", { timeout: 30_000 }, () => {
  test("prints a valid fleet with all that a pass needs", async () => {
    eks.regions.set("eu-central-1", [aCluster("prod"), aCluster("Stage_1")]);
    const { code, stdout, stderr } = await discover("--eks");
    expect(code).toBe(0);
    expect(stderr).toBe(
      "added    prod (prod in eu-central-1)\nadded    stage-1 (Stage_1 in eu-central-1)\nfound 2 clusters: 2 added, 0 known already\n",
    );
    const place = { region: "eu-central-1", ca: CA };
    expect(parse(stdout)).toEqual({
      clusters: [
        {
          name: "prod",
          labels: { region: "eu-central-1" },
          kubernetes: { eks: { name: "prod", server: "https://PROD.gr7.eks.example", ...place } },
        },
        {
          name: "stage-1",
          labels: { region: "eu-central-1" },
          kubernetes: { eks: { name: "Stage_1", server: "https://STAGE_1.gr7.eks.example", ...place } },
        },
      ],
    });
    const validated = await alertstatus(["fleet", "validate", "--fleet", await written(stdout)]);
    expect(validated).toEqual({ code: 0, stdout: "valid: 2 clusters\n", stderr: "" });
  });

  test("reads every page of every region, in a stable order", async () => {
    eks.regions.set(
      "eu-central-1",
      ["e", "d", "c", "b", "a"].map((name) => aCluster(name)),
    );
    eks.regions.set("us-east-1", [aCluster("a", { endpoint: "https://other.example" })]);
    const { stdout } = await discover("--region", "us-east-1", "--region", "eu-central-1", "--region", "us-east-1");
    expect(namesIn(stdout)).toEqual(["a-eu-central-1", "a-us-east-1", "b", "c", "d", "e"]);
    expect((await discover("--region", "eu-central-1", "--region", "us-east-1")).stdout).toBe(stdout);
  });

  test("takes only clusters that have all of the tags", async () => {
    const tags = { team: "a=b", tier: "prod" };
    eks.regions.set("eu-central-1", [
      aCluster("one", { tags }),
      aCluster("two", { tags: { team: "a=b" } }),
      aCluster("three", { tags: {}, status: "CREATING" }),
    ]);
    const { stdout, stderr } = await discover("--tag", "team=a=b", "--tag", "tier=prod");
    expect(namesIn(stdout)).toEqual(["one"]);
    expect(stderr).not.toContain("three");
  });

  test("skips clusters that are not active, and says why", async () => {
    eks.regions.set("eu-central-1", [
      aCluster("updating", { status: "UPDATING" }),
      aCluster("creating", { status: "CREATING", endpoint: undefined }),
      aCluster("deleting", { status: "DELETING" }),
      aCluster("failed", { status: "FAILED" }),
      aCluster("elsewhere", { endpoint: "https://169.254.169.254" }),
    ]);
    const { code, stdout, stderr } = await discover("--eks");
    expect({ code, names: namesIn(stdout) }).toEqual({ code: 0, names: ["updating"] });
    expect(stderr.split("\n").filter((line) => line.startsWith("skipped"))).toEqual([
      "skipped  creating in eu-central-1: it is CREATING",
      "skipped  deleting in eu-central-1: it is DELETING",
      "skipped  failed in eu-central-1: it is FAILED",
      "skipped  elsewhere in eu-central-1: its endpoint is not usable: link-local and metadata addresses are never contacted",
    ]);
  });

  test("marks a private endpoint", async () => {
    eks.regions.set("eu-central-1", [aCluster("prod", { resourcesVpcConfig: { endpointPublicAccess: false } })]);
    expect((await discover("--eks")).stdout).toMatch(/^clusters:\n {2}# Its endpoint is private: .*\n {2}- name: prod\n/);
  });

  test("leaves out a CA that is no certificate, for a pass to look up", async () => {
    eks.regions.set("eu-central-1", [aCluster("prod", { certificateAuthority: { data: "" } })]);
    expect(parse((await discover("--eks")).stdout).clusters[0].kubernetes.eks).not.toHaveProperty("ca");
  });

  test.each([
    { what: "a region", refusal: "ListClusters us-east-1", says: "eks:ListClusters in us-east-1", names: ["prod"] },
    { what: "a cluster", refusal: "DescribeCluster prod", says: "eks:DescribeCluster of prod in eu-central-1", names: ["other"] },
  ])("prints the other clusters where $what is forbidden, with exit code 1", async ({ refusal, says, names }) => {
    eks.regions.set("eu-central-1", [aCluster("prod")]);
    eks.regions.set("us-east-1", [aCluster("other")]);
    eks.refusals.set(refusal, "AccessDeniedException");
    const { code, stdout, stderr } = await discover("--region", "eu-central-1", "--region", "us-east-1");
    expect({ code, names: namesIn(stdout) }).toEqual({ code: 1, names });
    expect(stderr).toContain(`refused  ${says}: AccessDeniedException\n  grant the permission`);
    expect(stderr).not.toContain("canary");
  });

  test("ignores a cluster that is deleted meanwhile", async () => {
    eks.regions.set("eu-central-1", [aCluster("gone"), aCluster("prod")]);
    eks.refusals.set("DescribeCluster gone", "ResourceNotFoundException");
    const { code, stdout } = await discover("--eks");
    expect({ code, names: namesIn(stdout) }).toEqual({ code: 0, names: ["prod"] });
  });

  test("prints an empty fleet where there are no clusters", async () => {
    expect(await discover("--eks")).toEqual({ code: 0, stdout: "clusters: []\n", stderr: "found 0 clusters: 0 added, 0 known already\n" });
  });
});

test.each<{ what: string; words: readonly string[]; says: string }>([
  { what: "no place to look at", words: [], says: "no place to search: give --eks or --kubeconfig-secrets" },
  { what: "no region", words: ["--region", "eu-central-1.evil.example"], says: "write an AWS region, such as eu-central-1" },
  { what: "no tag", words: ["--tag", "team"], says: "write key=value" },
  { what: "no namespace", words: ["--namespace", "a/b"], says: "write the name of a namespace" },
  { what: "no stage", words: ["--kubeconfig-secrets", "--stage", "a/b"], says: "write the name of a stage" },
])("$what is wrong usage: exit code 2", { timeout: 30_000 }, async ({ words, says }) => {
  const { code, stdout, stderr } = await discover(...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(says);
});

test("fleet discover without AWS credentials prints nothing, and says so", { timeout: 30_000 }, async () => {
  const environment = { ...eks.env, AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined, AWS_SESSION_TOKEN: undefined };
  const nothing = {
    AWS_CONFIG_FILE: join(folder, "none"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "none"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_PROFILE: undefined,
    HOME: folder,
  };
  const { code, stdout, stderr } = await alertstatus(["fleet", "discover", "--eks"], { ...environment, ...nothing });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe("refused  eks:ListClusters in eu-central-1: no AWS credentials\n  log in to AWS, or name a profile in AWS_PROFILE\n");
});

test("fleet discover without a region says how to set one, with exit code 2", { timeout: 30_000 }, async () => {
  const { AWS_REGION: _, ...env } = eks.env;
  const nowhere = { ...env, AWS_CONFIG_FILE: join(folder, "none"), HOME: folder, AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined };
  const { code, stdout, stderr } = await alertstatus(["fleet", "discover", "--eks"], nowhere);
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr: "error: no region is known: name one with --region, or set AWS_REGION\n",
  });
});
