// Deploys a clone again, asks its function by osls, and has the package take its place and give it back; by `-- --all`.

import { afterAll, beforeAll, expect, it } from "vitest";
import { ADDRESS } from "../real/kyma-cluster.ts";
import { type ClonedStack, deployClone } from "../support/local-clone.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";
import { deployStack } from "../support/local-stack.ts";
import { publishFleet } from "../support/stack-fleet.ts";

const STAGE = "again";

let cloud: LocalCloud;
let stack: ClonedStack;
let forgetSecrets: (() => Promise<void>) | undefined;

beforeAll(async () => {
  cloud = await startLocalCloud();
  stack = await deployClone(cloud, STAGE);
  forgetSecrets = await publishFleet(cloud, stack, [{ name: "refused", server: `https://${ADDRESS}:1`, token: "of-the-cluster" }]);
});
afterAll(async () => {
  await forgetSecrets?.();
  await cloud?.stop();
});

const asked = { clusters: ["refused"], dryRun: true };
const outcome = { clusters: [expect.objectContaining({ cluster: "refused", was: "unreachable", code: "connection-refused" })] };

it("answers a dry run by `osls invoke`", async () => {
  const answer = await stack.osls("invoke", "--function", "reconcile", "--data", JSON.stringify(asked));
  expect(JSON.parse(answer)).toMatchObject(outcome);
});

it("changes nothing when it is deployed again", async () => {
  expect(await stack.osls("deploy")).toContain("No changes to deploy");
});

it("is taken over by the package with its fleet, and given back", async () => {
  const taken = await deployStack(cloud, { stage: STAGE });
  expect(taken).toMatchObject({ was: "updated", outputs: stack.outputs });
  expect(await stack.invoke("reconcile", asked)).toMatchObject(outcome);
  await stack.osls("deploy");
  expect(await stack.invoke("reconcile", asked)).toMatchObject(outcome);
});
