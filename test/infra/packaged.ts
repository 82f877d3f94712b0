// Packages the stack as a deployment would, so that tests see the template that CloudFormation gets.

import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { fill } from "../../infra/stack/fill.ts";
import { fillTemplate, readStack, valuesFor } from "../../infra/stack/stack.ts";
import { builtPackage, madeOnce } from "../support/made-once.ts";
import { filesOf } from "./zip.ts";

type Resource = {
  readonly Type: string;
  readonly Properties: Json;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
};
// biome-ignore lint/suspicious/noExplicitAny: a template is deep, and each test reads a small part of it
export type Json = any;
export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { Value: Json }>>;
};
/** The template that `osls deploy` would submit, and the files that it would upload for each function. */
export type Packaged = { readonly template: Template; readonly text: string; readonly files: (name: string) => readonly string[] };

/** The resources of one type by their logical names. */
export function resourcesOf({ Resources }: Template, type: string): readonly (readonly [id: string, properties: Json])[] {
  return Object.entries(Resources).flatMap(([id, { Type, Properties }]) => (Type === type ? [[id, Properties] as const] : []));
}

/** The ARN of another resource, as a template refers to it. */
export function arnOf(id: string): Json {
  return { "Fn::GetAtt": [id, "Arn"] };
}

/** The values of a field that a policy may write as one value or as a list. */
export function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

export function textOf(value: Json): string {
  return value["Fn::Sub"] ?? JSON.stringify(value);
}

export const FUNCTIONS = ["dispatch", "reconcile", "receive"] as const;
/** Those of a stack that keeps a page. */
const ALL_FUNCTIONS = [...FUNCTIONS, "publish"] as const;
const ROOT = join(import.meta.dirname, "../..");

type Parameters = Readonly<Record<string, string>>;

/** Every parameter with another value than its default but the topics; its fleet is the file `fleet.yml`. */
export const ALL_SET = {
  vpcSubnets: "subnet-0a1b2c3d,subnet-1a1b2c3d",
  vpcSecurityGroups: "sg-0a1b2c3d",
  httpsProxy: "http://proxy.example:3128",
  noProxy: ".internal",
  receiverSecret: "secret:alertstatus/test/receiver#current",
  receiveConcurrency: "0",
  page: "true",
  publishMemory: "1769",
  dispatchMemory: "512",
  reconcileMemory: "1024",
  receiveMemory: "320",
  logRetentionDays: "30",
  tolerated: "12",
  tickConcurrency: "40",
  pushConcurrency: "7",
  tick: "rate(5 minutes)",
  shardSize: "500",
  roleAccounts: "210987654321,109876543210",
  audiences: "kubernetes,https://a.example",
  coreKinds: "deployments.apps",
  alarmEmail: "ops@example.com",
  fleet: "file:fleet.yml",
};

/** What a stack may be in a VPC, with topics, and a fleet of its own place. */
export const ELSEWHERE = {
  vpcSubnets: "subnet-0a1b2c3d,subnet-1a1b2c3d",
  vpcSecurityGroups: "sg-0a1b2c3d",
  topics: "arn:aws:sns:eu-central-1:123456789012:amp=prod arn:aws:sns:us-east-1:123456789012:two=cluster:a,b",
  alarmEmail: "ops@example.com",
  fleet: "s3://central/fleet.yml",
  receiverSecret: "secret:alertstatus/test/receiver#current",
  receiveConcurrency: "0",
  tick: "rate(5 minutes)",
  page: "true",
};

/** The template as the npm package fills it for the stage `test`; test/infra/packaged-template.test.ts holds it to the one of osls. */
export async function templateFor(params: Parameters = {}): Promise<Template> {
  const { template, parameters } = readStack(await builtPackage());
  const code = Object.fromEntries(ALL_FUNCTIONS.map((name) => [name, `code of ${name}`]));
  const defaults = fill(parameters, { stage: "test", param: {}, settings: {}, code: {} }) as Parameters;
  return fillTemplate(template, { ...(await valuesFor("test", { ...defaults, ...params })), code }) as Json;
}

/** Packages the stack for the stage `test`, without credentials or network, and with empty functions. */
export async function packageStack(params: Parameters = {}, files: readonly string[] = []): Promise<Packaged> {
  const folder = await madeOnce({ osls: params, files }, (made) => packageInto(made, params, files));
  const text = readFileSync(join(folder, "template.json"), "utf8");
  const archives: Readonly<Record<string, readonly string[]>> = JSON.parse(readFileSync(join(folder, "archives.json"), "utf8"));
  return { template: JSON.parse(text), text, files: (name) => archives[name] ?? [] };
}

async function packageInto(made: string, params: Parameters, files: readonly string[]): Promise<void> {
  const folder = serviceFolder();
  try {
    const functions = params.page === "true" ? ALL_FUNCTIONS : FUNCTIONS;
    const built = functions.flatMap((name) => ["mjs", "cjs"].map((extension) => `.build/${name}/${name}.${extension}`));
    for (const file of [...built, ...files]) write(join(folder, file));
    await osls(folder, ["package", "--package=out", ...Object.entries(params).map(([name, value]) => `--param=${name}=${value}`)]);
    copyFileSync(join(folder, "out/cloudformation-template-update-stack.json"), join(made, "template.json"));
    const archives = functions.map((name) => [name, filesOf(readFileSync(join(folder, `out/${name}.zip`)))]);
    writeFileSync(join(made, "archives.json"), JSON.stringify(Object.fromEntries(archives)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A service folder of its own for osls, so that several tests may package at the same time; the caller removes it. */
export function serviceFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "alertstatus-package-"));
  // osls does not accept a link for this file.
  copyFileSync(join(ROOT, "serverless.yml"), join(folder, "serverless.yml"));
  for (const linked of ["infra", "package.json"]) symlinkSync(join(ROOT, linked), join(folder, linked));
  return folder;
}

function write(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "export const handler = () => undefined;\n");
}

/** Runs osls and returns its output; throws where it fails. */
export async function osls(cwd: string, words: readonly string[]): Promise<string> {
  const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, HOME, NODE_COMPILE_CACHE, NO_COLOR: "1" };
  const program = [join(ROOT, "node_modules/osls/bin/serverless.js"), ...words, "--stage=test"];
  const running = promisify(execFile)(process.execPath, program, { cwd, env });
  // osls reads its standard input to the end.
  running.child.stdin?.end();
  const { stdout } = await running.catch(({ stdout, stderr }: { stdout: string; stderr: string }) => {
    throw new Error(`${stdout}${stderr}`);
  });
  return stdout;
}
