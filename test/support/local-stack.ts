// Deploys the stack of this repository into a local cloud, as `npm run deploy` does.

import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { buildFunctions } from "../../infra/build.ts";
import type { CloudAccess } from "./local-cloud.ts";

/** The stack of this repository in a local cloud. */
export type LocalStack = {
  /** `alertstatus-<stage>`. */
  readonly name: string;
  readonly outputs: Outputs;
  /** Where the receiver's Function URL answers: a local cloud is not asked by the name that this URL has. */
  readonly receiver: string;
  /** What `osls` says, asked about it. */
  osls(...words: readonly string[]): Promise<string>;
  /** What the function answers; an error where the function fails. */
  invoke(name: FunctionName, payload: object): Promise<unknown>;
  /** Removes it and the fleet in its bucket, as `npm run remove` does; what that says. */
  remove(): Promise<string>;
};
type FunctionName = "dispatch" | "reconcile" | "receive" | "publish";
type Outputs = Readonly<
  Record<"FleetUri" | "BusName" | "TickQueueUrl" | "PushQueueUrl" | "DeadLetterQueueUrl" | "ReceiverUrl" | "AlarmTopicArn", string>
>;
type Settings = {
  readonly stage: string;
  readonly params?: Readonly<Record<string, string>>;
  /** What the environment of all functions says besides. */
  readonly environment?: Readonly<Record<string, string>>;
};

const ROOT = join(import.meta.dirname, "../..");
const MAX_OUTPUT = 16 * 1024 * 1024;
const OSLS = join(ROOT, "node_modules/osls/bin/serverless.js");

/** Builds and deploys the stack, in a folder of its own, which ends with the cloud: others may package theirs at the same time. */
export async function deployStack(cloud: CloudAccess, { stage, params = {}, environment = {} }: Settings): Promise<LocalStack> {
  const folder = await mkdtemp(join(cloud.folder, "stack-"));
  const flags = Object.entries(params).map(([key, value]) => `--param=${key}=${value}`);
  const osls = (...words: readonly string[]) => run(folder, cloud, [OSLS, ...words, "--stage", stage, ...flags]);
  await layOut(folder);
  await addToEnvironment(folder, environment);
  await buildFunctions(join(folder, ".build"));
  await osls("deploy");
  const outputs = await outputsOf(cloud, `alertstatus-${stage}`);
  return {
    name: `alertstatus-${stage}`,
    outputs,
    receiver: `${cloud.url}/_aws/lambda-url/${new URL(outputs.ReceiverUrl).hostname.split(".")[0]}`,
    osls,
    invoke: (name, payload) => invoke(cloud, `alertstatus-${stage}-${name}`, payload),
    remove: () => run(folder, cloud, [join(folder, "infra/remove.ts"), "--stage", stage]),
  };
}

/** Leaves out of the stack of a built package what a local cloud does not know. */
export async function adaptToLocalCloud(file: string, changes: { readonly version?: string } = {}): Promise<void> {
  const stack = { ...JSON.parse(await readFile(file, "utf8")), ...changes };
  for (const [id, { Properties }] of Object.entries<{ Properties?: { Metrics?: unknown } }>(stack.template.Resources))
    if (Properties?.Metrics !== undefined) delete stack.template.Resources[id];
  const text = JSON.stringify(stack).replaceAll('"StringEquals":{"events:detail-type"', '"StringEqualsIfExists":{"events:detail-type"');
  await writeFile(file, text);
}

async function invoke({ settings }: CloudAccess, FunctionName: string, payload: object): Promise<unknown> {
  const client = new LambdaClient(settings);
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
  client.destroy();
  const text = Buffer.from(answer.Payload ?? []).toString();
  if (answer.FunctionError !== undefined) throw new Error(`${FunctionName} failed: ${text}`);
  return JSON.parse(text);
}

async function layOut(folder: string): Promise<void> {
  for (const copied of ["serverless.yml", "infra"]) await cp(join(ROOT, copied), join(folder, copied), { recursive: true });
  for (const linked of ["functions", "node_modules", "package.json"]) await symlink(join(ROOT, linked), join(folder, linked));
  // The local cloud knows no alarm over metric math, and does not tell its policies what type an event has, or which parameters a batch names.
  await writeFile(join(folder, "infra/alarm-of-the-missing.yml"), "Resources: {}\n");
  for (const name of ["infra/roles.yml", "infra/receive.yml"]) {
    const text = await readFile(join(folder, name), "utf8");
    await writeFile(
      join(folder, name),
      text
        .replaceAll("StringEquals: { events:detail-type:", "StringEqualsIfExists: { events:detail-type:")
        .replace("Action: secretsmanager:BatchGetSecretValue", "Action: [secretsmanager:BatchGetSecretValue, ssm:GetParameters]"),
    );
  }
}

async function addToEnvironment(folder: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const file = join(folder, "serverless.yml");
  const text = await readFile(file, "utf8");
  const first = /^( +)STAGE: .*$/m;
  if (!first.test(text)) throw new Error(`${file} gives the functions no stage`);
  const lines = Object.entries(environment).map(([name, value]) => `\n$1${name}: ${JSON.stringify(value)}`);
  await writeFile(file, text.replace(first, `$&${lines.join("")}`));
}

async function run(cwd: string, { env }: CloudAccess, words: readonly string[]): Promise<string> {
  // How often it asks whether the stack is there yet, in milliseconds.
  const { NODE_COMPILE_CACHE = "" } = process.env;
  const settings = { ...env, NODE_COMPILE_CACHE, SLS_AWS_MONITORING_FREQUENCY: "200", NO_COLOR: "1" };
  const running = promisify(execFile)(process.execPath, [...words], { cwd, env: settings, maxBuffer: MAX_OUTPUT });
  // It waits for the end of what it could be told.
  running.child.stdin?.end();
  const { stdout, stderr } = await running.catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${words.join(" ")} failed:\n${error.stdout}${error.stderr}`);
  });
  // What a function answers is on stdout, and what is said to people on stderr.
  return stdout.trim() || stderr;
}

async function outputsOf({ settings }: CloudAccess, StackName: string): Promise<Outputs> {
  const client = new CloudFormationClient(settings);
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  client.destroy();
  const outputs = new Map(stack?.Outputs?.map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]));
  const output = (key: keyof Outputs) => outputs.get(key) ?? "";
  return {
    FleetUri: output("FleetUri"),
    BusName: output("BusName"),
    TickQueueUrl: output("TickQueueUrl"),
    PushQueueUrl: output("PushQueueUrl"),
    DeadLetterQueueUrl: output("DeadLetterQueueUrl"),
    ReceiverUrl: output("ReceiverUrl"),
    AlarmTopicArn: output("AlarmTopicArn"),
  };
}
