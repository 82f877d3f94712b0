// Deploys the stack of this repository into a local cloud, as the package does.

import { readFile, writeFile } from "node:fs/promises";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Deployed } from "../../infra/stack/deploy.ts";
import { fill } from "../../infra/stack/fill.ts";
import { readStack, type Stack } from "../../infra/stack/stack.ts";
import type { CloudAccess } from "./local-cloud.ts";
import { builtPackage } from "./made-once.ts";

/** The stack of this repository in a local cloud. */
export type LocalStack = {
  /** `alertstatus-<stage>`. */
  readonly name: string;
  readonly outputs: Outputs;
  /** Where the receiver's Function URL answers: a local cloud is not asked by the name that this URL has. */
  readonly receiver: string;
  /** What the function answers; an error where the function fails. */
  invoke(name: FunctionName, payload: object): Promise<unknown>;
};
type DeployedStack = LocalStack & Pick<Deployed, "was">;
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

/** Deploys the stack from this process, which knows one cloud. */
export async function deployStack(cloud: CloudAccess, { stage, params = {}, environment = {} }: Settings): Promise<DeployedStack> {
  const folder = await builtPackage();
  const stack = withEnvironment(adapted(readStack(folder)), environment);
  const defaults = fill(stack.parameters, { stage, param: {}, settings: {}, code: {} });
  // The clients of the deployment read the environment when they are first used.
  for (const [name, value] of Object.entries(cloud.env)) if (name.startsWith("AWS_")) process.env[name] = value;
  const { deploy } = await import("../../infra/stack/deploy.ts");
  const { signal } = new AbortController();
  const { was, outputs } = await deploy({
    stack,
    folder,
    stage,
    params: { ...Object(defaults), ...params },
    signal,
    onStep: () => undefined,
  });
  return { ...stackIn(cloud, stage, outputs), was };
}

/** A stack that is deployed, with these outputs. */
export function stackIn(cloud: CloudAccess, stage: string, outputs: Readonly<Record<string, string>>): LocalStack {
  const output = (key: keyof Outputs) => outputs[key] ?? "";
  return {
    name: `alertstatus-${stage}`,
    outputs: {
      FleetUri: output("FleetUri"),
      BusName: output("BusName"),
      TickQueueUrl: output("TickQueueUrl"),
      PushQueueUrl: output("PushQueueUrl"),
      DeadLetterQueueUrl: output("DeadLetterQueueUrl"),
      ReceiverUrl: output("ReceiverUrl"),
      AlarmTopicArn: output("AlarmTopicArn"),
    },
    receiver: `${cloud.url}/_aws/lambda-url/${new URL(output("ReceiverUrl")).hostname.split(".")[0]}`,
    invoke: (name, payload) => invoke(cloud, `alertstatus-${stage}-${name}`, payload),
  };
}

/** Leaves out of the stack of a built package what a local cloud does not know. */
export async function adaptToLocalCloud(file: string, changes: { readonly version?: string } = {}): Promise<void> {
  const stack: Stack = { ...JSON.parse(await readFile(file, "utf8")), ...changes };
  await writeFile(file, JSON.stringify(adapted(stack)));
}

// It knows no alarm over metric math, and does not tell its policies what type an event has, or which parameters a batch names.
function adapted(stack: Stack): Stack {
  const resources = Object.entries(stack.template.Resources).filter(([, { Properties }]) => Object(Properties).Metrics === undefined);
  const template = { ...stack.template, Resources: Object.fromEntries(resources) };
  const text = JSON.stringify({ ...stack, template })
    .replaceAll('"StringEquals":{"events:detail-type"', '"StringEqualsIfExists":{"events:detail-type"')
    .replace('"Action":"secretsmanager:BatchGetSecretValue"', '"Action":["secretsmanager:BatchGetSecretValue","ssm:GetParameters"]');
  return JSON.parse(text);
}

function withEnvironment(stack: Stack, environment: Readonly<Record<string, string>>): Stack {
  return JSON.parse(JSON.stringify(stack, (key, value) => (key === "Variables" ? { ...value, ...environment } : value)));
}

async function invoke({ settings }: CloudAccess, FunctionName: string, payload: object): Promise<unknown> {
  const client = new LambdaClient(settings);
  const answer = await client.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
  client.destroy();
  const text = Buffer.from(answer.Payload ?? []).toString();
  if (answer.FunctionError !== undefined) throw new Error(`${FunctionName} failed: ${text}`);
  return JSON.parse(text);
}
