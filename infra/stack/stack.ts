// The stack as the package carries it: a template with placeholders, and the files of each function among those of the package.

import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTopics } from "../../functions/receive/topics.ts";
import { settings } from "../settings.ts";
import { topicResources } from "../topics.ts";
import { fill, isRecord, type Values } from "./fill.ts";
import { zip } from "./zip.ts";

/** What the build writes into `stack.json`. */
export type Stack = {
  readonly version: string;
  readonly template: Template;
  /** The parameters of serverless.yml by name, with their defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The files of each function, beside `stack.json`. */
  readonly functions: Readonly<Record<string, readonly string[]>>;
};
export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, unknown>>;
} & Readonly<Record<string, unknown>>;
type Resource = Readonly<Record<string, unknown>>;

/** The code of a function, under a name that changes with its content. */
export type Archive = { readonly functionName: string; readonly name: string; readonly content: Buffer };

/** The resources of a stack that exist before its code is uploaded: the bucket for that. */
const BUCKET = ["ServerlessDeploymentBucket", "ServerlessDeploymentBucketPolicy"];

/** Reads what the build has put into a folder. */
export function readStack(folder: string): Stack {
  return JSON.parse(readFileSync(join(folder, "stack.json"), "utf8"));
}

/** The archives of the functions that a stack with these parameters has. */
export function archivesOf({ functions }: Stack, folder: string, param: unknown): readonly Archive[] {
  return Object.entries(withoutPage(functions, param)).map(([functionName, files]) => {
    const content = zip(files.map((file) => ({ name: `.build/${functionName}/${file}`, content: readFileSync(join(folder, file)) })));
    return { functionName, name: `${functionName}-${hash("sha256", content).slice(0, 12)}.zip`, content };
  });
}

/** What stands for the placeholders; an error names the parameter that is wrong, and what is expected. */
export async function valuesFor(stage: string, param: Readonly<Record<string, string>>): Promise<Omit<Values, "code">> {
  const variables = new Map([...Object.entries(param).map(([name, value]) => [`param:${name}`, value] as const), ["sls:stage", stage]]);
  const derived = await settings({ resolveVariable: async (name) => variables.get(name) });
  const sizes = Object.fromEntries(SIZES.map((name) => [name, Number(param[name])]));
  if (!RETENTIONS.includes(sizes.logRetentionDays ?? 0)) throw new Error(`logRetentionDays: one of ${RETENTIONS.join(", ")} is expected`);
  return { stage, param: { ...param, ...sizes }, settings: derived };
}

// The template has these as numbers.
const SIZES = ["dispatchMemory", "reconcileMemory", "receiveMemory", "publishMemory", "logRetentionDays"];
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** The template for these values: without the network of a VPC where none is named, without a page where none is kept, and with the topics that may push. */
export function fillTemplate(template: Template, values: Values): Template {
  const { settings: derived, param } = values;
  const [Resources, Outputs] = [withoutPage(template.Resources, param), withoutPage(template.Outputs, param)];
  const rest = { ...template, Outputs };
  const inVpc = isRecord(derived) && derived.network === "vpc";
  const topics = isRecord(param) && typeof param.topics === "string" ? [...parseTopics(param.topics).keys()] : [];
  const filled = fill({ ...rest, Resources: inVpc ? Resources : outsideOfVpc(Resources) }, values) as Template;
  return { ...filled, Resources: { ...filled.Resources, ...topicResources(topics).Resources } };
}

// As infra/page.yml names all that is there for the page.
function withoutPage<T>(record: Readonly<Record<string, T>>, param: unknown): Readonly<Record<string, T>> {
  return isRecord(param) && param.page === "true" ? record : pick(record, (name) => !/^(page|publish)/i.test(name));
}

function outsideOfVpc({ NetworkPolicy, ...resources }: Template["Resources"]): Template["Resources"] {
  const withoutVpc = ({ DependsOn, Properties, ...resource }: Resource): Resource => ({
    ...resource,
    ...(isRecord(Properties) && { Properties: { ...Properties, VpcConfig: null } }),
    ...(DependsOn !== undefined && { DependsOn: Array.isArray(DependsOn) ? DependsOn.filter((id) => id !== "NetworkPolicy") : DependsOn }),
  });
  return Object.fromEntries(Object.entries(resources).map(([id, resource]) => [id, withoutVpc(resource)]));
}

/** The part of a template that makes the bucket which the code is uploaded to. */
export function bucketOnly({ Resources, Outputs, ...rest }: Template): Template {
  return { ...rest, Resources: pick(Resources, (id) => BUCKET.includes(id)), Outputs: {} };
}

/** A template for a bucket that its user names. */
export function withoutBucket({ Resources, Outputs, ...rest }: Template): Template {
  const isOther = (id: string) => !id.startsWith("ServerlessDeploymentBucket");
  return { ...rest, Resources: pick(Resources, isOther), Outputs: pick(Outputs, isOther) };
}

function pick<T>(record: Readonly<Record<string, T>>, isWanted: (key: string) => boolean): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => isWanted(key)));
}
