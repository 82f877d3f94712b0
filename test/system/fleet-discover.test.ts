// Tries `fleet discover` on the EKS of the local cloud.

import { EKS } from "@aws-sdk/client-eks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { alertstatus } from "../cli/alertstatus.ts";
import { cloudRequest } from "../support/cloud-request.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";

const ROLE = "of-the-clusters";

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startLocalCloud();
  const role = { Action: "CreateRole", Version: "2010-05-08", RoleName: ROLE, AssumeRolePolicyDocument: "{}" };
  await cloudRequest(cloud, { service: "iam", query: String(new URLSearchParams(role)) });
  await create("eu-central-1", "prod", { team: "telemetry" });
  await create("us-east-1", "prod", { team: "telemetry" });
  await create("eu-central-1", "trial", { team: "others" });
});
afterAll(() => cloud?.stop());

/** Where no Docker is, the local cloud has the cluster at once, without an API server behind it. */
async function create(region: string, name: string, tags: Record<string, string>): Promise<void> {
  const eks = new EKS({ ...cloud.settings, region });
  await eks.createCluster({ name, roleArn: `arn:aws:iam::000000000000:role/${ROLE}`, resourcesVpcConfig: {}, tags });
  while ((await eks.describeCluster({ name })).cluster?.status !== "ACTIVE");
  eks.destroy();
}

const discover = async (...words: readonly string[]) => {
  const { code, stdout, stderr } = await alertstatus(["fleet", "discover", "--eks", ...words], cloud.env);
  return { code, stderr, clusters: parse(stdout).clusters };
};

test("fleet discover searches the own region where none is named", async () => {
  const { code, clusters } = await discover();
  expect(code).toBe(0);
  expect(clusters).toMatchObject([
    { name: "prod", labels: { region: "eu-central-1" }, kubernetes: { eks: { name: "prod", server: expect.stringMatching(/^https:/) } } },
    { name: "trial", labels: { region: "eu-central-1" }, kubernetes: { eks: { name: "trial", region: "eu-central-1" } } },
  ]);
});

test("fleet discover finds the clusters with a tag in all named regions", async () => {
  const { clusters } = await discover("--region", "us-east-1", "--region", "eu-central-1", "--tag", "team=telemetry");
  expect(clusters).toMatchObject([
    { name: "prod-eu-central-1", kubernetes: { eks: { name: "prod", region: "eu-central-1" } } },
    { name: "prod-us-east-1", kubernetes: { eks: { name: "prod", region: "us-east-1" } } },
  ]);
});
