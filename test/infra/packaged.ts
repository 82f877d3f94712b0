// Packages the stack as a deployment would, so that tests see the template that CloudFormation gets.

import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
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

/** Packages the stack for the stage `test`, without credentials or network, and with empty functions. */
export async function packageStack(params: Readonly<Record<string, string>> = {}, files: readonly string[] = []): Promise<Packaged> {
  const folder = serviceFolder();
  try {
    const functions = params.page === "true" ? ALL_FUNCTIONS : FUNCTIONS;
    const built = functions.flatMap((name) => ["mjs", "cjs"].map((extension) => `.build/${name}/${name}.${extension}`));
    for (const file of [...built, ...files]) write(join(folder, file));
    await osls(folder, ["package", "--package=out", ...Object.entries(params).map(([name, value]) => `--param=${name}=${value}`)]);
    const text = readFileSync(join(folder, "out/cloudformation-template-update-stack.json"), "utf8");
    const archives = new Map<string, readonly string[]>(
      functions.map((name) => [name, filesOf(readFileSync(join(folder, `out/${name}.zip`)))]),
    );
    return { template: JSON.parse(text), text, files: (name) => archives.get(name) ?? [] };
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
