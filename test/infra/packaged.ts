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
// biome-ignore lint/suspicious/noExplicitAny: a template is deep, and each test knows its own corner
export type Json = any;
export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { Value: Json }>>;
};
/** The stack as `osls deploy` would hand it over, and what it would upload for each function. */
export type Packaged = { readonly template: Template; readonly text: string; readonly files: (name: string) => readonly string[] };

/** The resources of one type by their logical names. */
export function resourcesOf({ Resources }: Template, type: string): readonly (readonly [id: string, properties: Json])[] {
  return Object.entries(Resources).flatMap(([id, { Type, Properties }]) => (Type === type ? [[id, Properties] as const] : []));
}

/** The ARN of another resource of the stack, as a template says it. */
export function arnOf(id: string): Json {
  return { "Fn::GetAtt": [id, "Arn"] };
}

/** What a policy says once or in a list. */
export function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

export function textOf(value: Json): string {
  return value["Fn::Sub"] ?? JSON.stringify(value);
}

export const FUNCTIONS = ["dispatch", "reconcile", "receive"] as const;
const ROOT = join(import.meta.dirname, "../..");

/** Packages the stack for the stage `test`, without credentials or network. Its template is the same whatever the functions hold. */
export async function packageStack(params: Readonly<Record<string, string>> = {}, files: readonly string[] = []): Promise<Packaged> {
  const folder = serviceFolder();
  try {
    const built = FUNCTIONS.flatMap((name) => ["mjs", "cjs"].map((extension) => `.build/${name}/${name}.${extension}`));
    for (const file of [...built, ...files]) write(join(folder, file));
    await osls(folder, ["package", "--package=out", ...Object.entries(params).map(([name, value]) => `--param=${name}=${value}`)]);
    const text = readFileSync(join(folder, "out/cloudformation-template-update-stack.json"), "utf8");
    const archives = new Map<string, readonly string[]>(
      FUNCTIONS.map((name) => [name, filesOf(readFileSync(join(folder, `out/${name}.zip`)))]),
    );
    return { template: JSON.parse(text), text, files: (name) => archives.get(name) ?? [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder that osls takes for the stack's, and that is the caller's to remove: others may package in theirs at the same time. */
export function serviceFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "alertstatus-package-"));
  // It takes no link for the file itself.
  copyFileSync(join(ROOT, "serverless.yml"), join(folder, "serverless.yml"));
  symlinkSync(join(ROOT, "infra"), join(folder, "infra"));
  return folder;
}

function write(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "export const handler = () => undefined;\n");
}

/** What it says on its output; an error where it fails. */
export async function osls(cwd: string, words: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: "1" };
  const program = [join(ROOT, "node_modules/osls/bin/serverless.js"), ...words, "--stage=test"];
  const running = promisify(execFile)(process.execPath, program, { cwd, env });
  // It reads what it is given to the end.
  running.child.stdin?.end();
  const { stdout } = await running.catch(({ stdout, stderr }: { stdout: string; stderr: string }) => {
    throw new Error(`${stdout}${stderr}`);
  });
  return stdout;
}
