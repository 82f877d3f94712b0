// Deploys the stack as the package carries it, by CloudFormation alone: first its bucket, then the code, then everything else.

import { setTimeout as sleep } from "node:timers/promises";
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  type Stack as FoundStack,
} from "@aws-sdk/client-cloudformation";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ConfigError } from "../../functions/core/errors.ts";
import { awsRefusal } from "../../functions/io/aws/refusal.ts";
import { archivesOf, bucketOnly, fillTemplate, type Stack, valuesFor } from "./stack.ts";

/** What is deployed: the stack in `folder`, for a stage, with values for all parameters. */
export type Order = {
  readonly stack: Stack;
  readonly folder: string;
  readonly stage: string;
  readonly params: Readonly<Record<string, string>>;
  /** Aborted by Ctrl-C: then nothing more is sent, and CloudFormation finishes what it has begun. */
  readonly signal: AbortSignal;
  readonly onStep: (step: string) => void;
};

/** The outputs of the stack by name, and whether anything was changed. */
export type Deployed = { readonly was: "created" | "updated" | "unchanged"; readonly outputs: Readonly<Record<string, string>> };

const cloudFormation = new CloudFormationClient();
const s3 = new S3Client({ followRegionRedirects: true });

const LOOK_EVERY_MS = 1_000;
const CHANGE_SET = "alertstatus-deploy";
const ALLOW = "allow it to the identity that deploys";
const refusals = { AccessDenied: ALLOW, AccessDeniedException: ALLOW, UnauthorizedOperation: ALLOW };

/** Creates the stack or updates it in place; a {@link ConfigError} names the wrong parameter, or what AWS refuses. */
export async function deploy(order: Order): Promise<Deployed> {
  const values = await valuesOf(order);
  const archives = archivesOf(order.stack, order.folder, order.params);
  const prefix = `serverless/alertstatus/${order.stage}/${order.stack.version}`;
  const code = Object.fromEntries(
    archives.map(({ functionName, name }) => [
      functionName,
      { S3Bucket: { Ref: "ServerlessDeploymentBucket" }, S3Key: `${prefix}/${name}` },
    ]),
  );
  const template = fillTemplate(order.stack.template, { ...values, code });
  const isNew = await isMissing(order);
  if (isNew) await change(order, "CREATE", { TemplateBody: JSON.stringify(bucketOnly(template)) });
  const bucket = await bucketOf(nameOf(order));
  order.onStep(`uploading the code to ${bucket}`);
  const upload = (key: string, content: Buffer | string) => put(order, bucket, `${prefix}/${key}`, content);
  for (const { name, content } of archives) await upload(name, content);
  const url = await upload("template.json", JSON.stringify(template));
  const hasChanged = await change(order, "UPDATE", { TemplateURL: url });
  return { was: isNew ? "created" : hasChanged ? "updated" : "unchanged", outputs: outputsOf(await find(nameOf(order))) };
}

function nameOf({ stage }: Order): string {
  return `alertstatus-${stage}`;
}

// What is wrong with a parameter is a plain Error where the framework is to print it.
async function valuesOf({ stage, params }: Order) {
  try {
    return await valuesFor(stage, params);
  } catch (error) {
    if (error instanceof Error && error.constructor === Error) throw new ConfigError(error.message);
    throw error;
  }
}

async function isMissing(order: Order): Promise<boolean> {
  const status = (await find(nameOf(order)))?.StackStatus;
  if (status === undefined || status === "REVIEW_IN_PROGRESS") return true;
  if (status === "ROLLBACK_COMPLETE" || status.startsWith("DELETE_"))
    throw new ConfigError(`${nameOf(order)} is ${status}: delete it, and deploy again`);
  if (status.endsWith("_IN_PROGRESS")) throw new ConfigError(`${nameOf(order)} is ${status}: wait until that is over, and deploy again`);
  return false;
}

/** Applies a template, and says whether it has changed anything. */
async function change(
  order: Order,
  type: "CREATE" | "UPDATE",
  template: { TemplateBody?: string; TemplateURL?: string },
): Promise<boolean> {
  const names = { StackName: nameOf(order), ChangeSetName: CHANGE_SET };
  order.signal.throwIfAborted();
  if (type === "UPDATE") await send("cloudformation:DeleteChangeSet", cloudFormation.send(new DeleteChangeSetCommand(names)));
  const tags = [{ Key: "STAGE", Value: order.stage }];
  const command = new CreateChangeSetCommand({
    ...names,
    ...template,
    ChangeSetType: type,
    Capabilities: ["CAPABILITY_NAMED_IAM"],
    Tags: tags,
  });
  await send("cloudformation:CreateChangeSet", cloudFormation.send(command));
  if (!(await isReady(order, names))) {
    await send("cloudformation:DeleteChangeSet", cloudFormation.send(new DeleteChangeSetCommand(names)));
    return false;
  }
  order.signal.throwIfAborted();
  const begun = new Date();
  await send("cloudformation:ExecuteChangeSet", cloudFormation.send(new ExecuteChangeSetCommand(names)));
  await settle(order, begun);
  return true;
}

// An empty change set fails, with no other sign than its reason.
async function isReady(order: Order, names: { StackName: string; ChangeSetName: string }): Promise<boolean> {
  for (;;) {
    const call = cloudFormation.send(new DescribeChangeSetCommand(names));
    const { Status, StatusReason = "" } = await send("cloudformation:DescribeChangeSet", call);
    if (Status === "CREATE_COMPLETE") return true;
    if (Status === "FAILED" && /didn't contain changes|No updates are to be performed/.test(StatusReason)) return false;
    if (Status === "FAILED") throw new ConfigError(`CloudFormation refuses the template: ${StatusReason}`);
    await sleep(LOOK_EVERY_MS, undefined, { signal: order.signal });
  }
}

async function settle(order: Order, begun: Date): Promise<void> {
  for (let last = ""; ; ) {
    const { StackStatus: status = "" } = (await find(nameOf(order))) ?? {};
    if (status !== last) order.onStep(`${nameOf(order)}: ${status}`);
    last = status;
    if (/^(CREATE|UPDATE)_COMPLETE$/.test(status)) return;
    if (!status.endsWith("_IN_PROGRESS") || status === "")
      throw new ConfigError(`${nameOf(order)} is ${status}:\n${await reasons(order, begun)}`);
    await sleep(LOOK_EVERY_MS, undefined, { signal: order.signal });
  }
}

// The first failure is the cause of those after it.
async function reasons(order: Order, begun: Date): Promise<string> {
  const call = cloudFormation.send(new DescribeStackEventsCommand({ StackName: nameOf(order) }));
  const { StackEvents: events = [] } = await send("cloudformation:DescribeStackEvents", call);
  const failed = events.filter(({ ResourceStatus = "", Timestamp = begun }) => ResourceStatus.endsWith("_FAILED") && Timestamp >= begun);
  const lines = failed.reverse().map(({ LogicalResourceId, ResourceStatusReason }) => `  ${LogicalResourceId}: ${ResourceStatusReason}`);
  return lines.slice(0, 3).join("\n");
}

async function find(StackName: string): Promise<FoundStack | undefined> {
  const call = cloudFormation.send(new DescribeStacksCommand({ StackName }));
  const isAbsence = (error: unknown) => error instanceof Error && error.name === "ValidationError";
  const answer = await send(
    "cloudformation:DescribeStacks",
    call.catch((error: unknown) => (isAbsence(error) ? undefined : Promise.reject(error))),
  );
  return answer?.Stacks?.[0];
}

async function bucketOf(StackName: string): Promise<string> {
  const command = new DescribeStackResourceCommand({ StackName, LogicalResourceId: "ServerlessDeploymentBucket" });
  const { StackResourceDetail } = await send("cloudformation:DescribeStackResource", cloudFormation.send(command));
  return StackResourceDetail?.PhysicalResourceId ?? "";
}

/** Writes an object, and returns its URL. */
async function put({ signal }: Order, Bucket: string, Key: string, Body: Buffer | string): Promise<string> {
  signal.throwIfAborted();
  await send("s3:PutObject", s3.send(new PutObjectCommand({ Bucket, Key, Body })));
  const region = await s3.config.region();
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://s3.${region}.${domain}/${Bucket}/${Key}`;
}

function outputsOf(stack: FoundStack | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]));
}

function send<T>(action: string, call: Promise<T>): Promise<T> {
  return call.catch((error: unknown) => {
    throw awsRefusal(action, error, refusals);
  });
}
