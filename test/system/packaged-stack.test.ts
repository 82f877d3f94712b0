// Deploys the stack without a clone, by the package and by plain CloudFormation, into the local cloud, and lets it reconcile.

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildReleaseStack } from "../../infra/package/release-stack.ts";
import { alertstatus as inProcess } from "../cli/alertstatus.ts";
import { lastRelease } from "../infra/released.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";
import { adaptToLocalCloud } from "../support/local-stack.ts";
import { builtPackage } from "../support/made-once.ts";
import { PATIENTLY } from "../support/patience.ts";

const run = promisify(execFile);

let cloud: LocalCloud;
let folder: string;
beforeAll(async () => {
  cloud = await startLocalCloud();
  folder = mkdtempSync(join(cloud.folder, "package-"));
  cpSync(await builtPackage(), folder, { recursive: true });
  await adaptToLocalCloud(join(folder, "stack.json"), { version: "next" });
});
afterAll(() => cloud?.stop());

const { NODE_COMPILE_CACHE = "" } = process.env;
const program = (of: string, ...words: string[]) =>
  run(process.execPath, [join(of, "bin/alertstatus.cjs"), ...words], { env: { NODE_COMPILE_CACHE, ...cloud.env } });
const alertstatus = (...words: string[]) => program(folder, ...words);

/** A command of today in this process. */
const ask = (...words: string[]) =>
  inProcess(words, Object.fromEntries(Object.entries(cloud.env).filter(([name]) => name.startsWith("AWS_"))));

async function answerOf(stage: string, name: string) {
  const lambda = new LambdaClient(cloud.settings);
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: `alertstatus-${stage}-${name}`, Payload: "{}" }));
  lambda.destroy();
  return JSON.parse(Buffer.from(Payload ?? []).toString());
}

async function clustersOf(stage: string): Promise<readonly string[]> {
  const answer = await answerOf(stage, "reconcile");
  return answer.clusters.map(({ cluster, was }: { cluster: string; was: string }) => `${cluster} ${was}`);
}

/** The package as the last release had it, as far as it is recorded: its stack, with the code of today under its version. */
async function layOutRelease(): Promise<string> {
  const last = mkdtempSync(join(cloud.folder, "released-"));
  cpSync(folder, last, { recursive: true });
  const { functions, parameters } = JSON.parse(readFileSync(join(folder, "stack.json"), "utf8"));
  const released = lastRelease();
  // The program is that of today, and asks for the parameters that it knows.
  const known = { ...parameters, ...released.parameters };
  writeFileSync(join(last, "stack.json"), JSON.stringify({ ...released, parameters: known, functions }));
  await adaptToLocalCloud(join(last, "stack.json"));
  return last;
}

async function keepSecret(Name: string, Value: string): Promise<void> {
  const ssm = new SSMClient(cloud.settings);
  await ssm.send(new PutParameterCommand({ Name, Value, Type: "SecureString" }));
  ssm.destroy();
}

async function tick(stage: string): Promise<void> {
  const lambda = new LambdaClient(cloud.settings);
  await lambda.send(new InvokeCommand({ FunctionName: `alertstatus-${stage}-dispatch`, Payload: "{}" }));
  lambda.destroy();
}

async function pushFleet(...target: readonly string[]): Promise<void> {
  const file = join(folder, "fleet.json");
  const prod = { name: "prod", paused: true, kubernetes: { server: "https://kubernetes.example.com", auth: { token: { ssm: "/t" } } } };
  writeFileSync(file, JSON.stringify({ clusters: [prod] }));
  await alertstatus("fleet", "push", "--fleet", file, ...target);
}

describe("the installed package", () => {
  test("deploys a stack that reconciles, updates it in place, and says when nothing changes", async () => {
    const created = await alertstatus("deploy", "--stage", "prod", "--param", "tolerated=2");
    expect(created.stderr).toContain("alertstatus-prod is created");
    const [, uri = ""] = /^FleetUri +(s3:\S+)$/m.exec(created.stdout) ?? [];
    await pushFleet("--to", uri);
    expect(await clustersOf("prod")).toEqual(["prod paused"]);
    const changed = ["--param", "reconcileMemory=1024", "--param", "page=true"];
    const updated = await alertstatus("deploy", "--stage", "prod", ...changed);
    expect(updated.stderr).toContain("alertstatus-prod is updated");
    expect(updated.stdout).toContain(uri);
    expect(await clustersOf("prod")).toEqual(["prod paused"]);
    const again = await alertstatus("deploy", "--stage", "prod", ...changed);
    expect(again.stderr).toContain("alertstatus-prod is unchanged");
    await answerOf("prod", "publish");
    const { stdout: link } = await alertstatus("status", "--stage", "prod", "--open");
    expect(await (await fetch(link.trim())).text()).toMatch(/^<!doctype html>/);
  });

  test("takes the place of the last release with its fleet, its state and its secrets, and gives it back", async () => {
    const [stage, secret, last] = ["upgraded", "/alertstatus/upgraded/receiver", await layOutRelease()];
    await keepSecret(secret, "of-the-receiver-of-this-stage-0123456789abcdef");
    const seen = async () => {
      const [status, history, token] = await Promise.all([
        ask("status", "--stage", stage, "-o", "json"),
        ask("fleet", "history", "--stage", stage, "-o", "json"),
        ask("receiver", "token", "--stage", stage, "--cluster", "prod", "--secret", `ssm:${secret}`),
      ]);
      const { clusters } = JSON.parse(status.stdout);
      return { clusters, pushes: JSON.parse(history.stdout).pushes, token: token.stdout, now: await clustersOf(stage) };
    };
    const released = await program(last, "deploy", "--stage", stage);
    await pushFleet("--stage", stage);
    await tick(stage);
    await expect.poll(async () => (await seen()).clusters, PATIENTLY).toHaveLength(1);
    const before = await seen();
    expect(before).toMatchObject({ clusters: [{ cluster: "prod", was: "paused" }], pushes: [{ did: "push" }], now: ["prod paused"] });
    const upgraded = await alertstatus("deploy", "--stage", stage);
    expect(upgraded.stderr).toContain(`alertstatus-${stage} is updated`);
    expect(upgraded.stdout).toBe(released.stdout);
    expect(await seen()).toEqual(before);
    expect((await program(last, "deploy", "--stage", stage)).stderr).toContain(`alertstatus-${stage} is updated`);
    expect(await seen()).toEqual(before);
  });

  test.each([
    { words: ["--param", "shardSize=500"], says: "error: shardSize: 500 clusters that do not answer take" },
    { words: ["--param", "reconcileMemory=64"], says: "error: reconcileMemory: a whole number from 128 to 10240 is expected" },
    { words: ["--param", "tolerate=1"], says: "error: --param tolerate: there is no such parameter; tolerated?" },
    { words: ["--param", "logRetentionDays=15"], says: "error: logRetentionDays: one of 1, 3, 5, 7, 14, " },
    { words: ["--stage", "Prod"], says: "error: stage: lower-case letters, digits and dashes are expected" },
    { words: ["--param", "tick"], says: "error: --param tick: write name=value" },
    { words: ["--param", "fleet=file:fleet.yml"], says: "error: --param fleet: a file can be bundled in a clone only" },
  ])("refuses $words before it asks AWS for anything", async ({ words, says }) => {
    const failed = await alertstatus("deploy", "--stage", "other", ...words).catch((error: { code: number; stderr: string }) => error);
    expect(failed).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
  });
});

// `aws` is none of the parts that this repository builds.
const hasAws = await run("aws", ["--version"]).then(
  () => true,
  () => false,
);
if (!hasAws) console.error("LEFT OUT: the release file, deployed by plain CloudFormation. Missing: aws, the command line of AWS");
describe.runIf(hasAws)("the release file", () => {
  test("is deployed by aws cloudformation package and deploy", async () => {
    const release = join(folder, "release");
    mkdirSync(release);
    writeFileSync(join(release, "stack.zip"), await buildReleaseStack(folder));
    await run("python3", ["-m", "zipfile", "-e", "stack.zip", "."], { cwd: release });
    const s3 = new S3Client({ ...cloud.settings, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: "code-of-mine" }));
    s3.destroy();
    const env = { ...cloud.env, AWS_CA_BUNDLE: cloud.env.NODE_EXTRA_CA_CERTS, AWS_DEFAULT_REGION: cloud.env.AWS_REGION };
    const aws = (...words: string[]) => run("aws", ["cloudformation", ...words], { cwd: release, env });
    await aws(
      "package",
      "--template-file",
      "template.json",
      "--s3-bucket",
      "code-of-mine",
      "--use-json",
      "--output-template-file",
      "out.json",
    );
    const parameters = ["--parameter-overrides", "Stage=plain", "Tolerated=3"];
    const stack = ["--stack-name", "alertstatus-plain", "--capabilities", "CAPABILITY_NAMED_IAM"];
    await aws("deploy", "--template-file", "out.json", ...stack, "--s3-bucket", "code-of-mine", ...parameters);
    const { stdout } = await aws("describe-stacks", "--stack-name", "alertstatus-plain", "--output", "json");
    const outputs: { OutputKey: string; OutputValue: string }[] = JSON.parse(stdout).Stacks[0].Outputs;
    const uri = outputs.find(({ OutputKey }) => OutputKey === "FleetUri")?.OutputValue ?? "";
    await pushFleet("--to", uri);
    expect(await clustersOf("plain")).toEqual(["prod paused"]);
  });
});
