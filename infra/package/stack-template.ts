// Packages the stack once with placeholders for all that a deployment decides, so that the package needs no framework to deploy it.

import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { isRecord, placeholder } from "../stack/fill.ts";
import type { Stack, Template } from "../stack/stack.ts";

const ROOT = join(import.meta.dirname, "../..");
const OSLS = join(ROOT, "node_modules/osls/bin/serverless.js");
export const FUNCTIONS = ["dispatch", "reconcile", "receive", "publish"] as const;

// osls wants numbers where Lambda and the log have them; no other number of the template is one of these.
const NUMBERS: ReadonlyMap<unknown, string> = new Map([
  [877, "settings.timeoutSeconds"],
  [919, "settings.receiveConcurrency"],
  [1013, "param.dispatchMemory"],
  [1019, "param.reconcileMemory"],
  [1021, "param.receiveMemory"],
  [1031, "param.publishMemory"],
  [3653, "param.logRetentionDays"],
]);

// As infra/settings.ts has it, with a placeholder for each value that the stack reads.
const SETTINGS = {
  ...placeholders("settings", ["visibilitySeconds", "retentionSeconds", "tickConcurrency", "pushConcurrency", "tolerated"]),
  ...placeholders("settings", ["roleBounds", "tokenAudiences", "deadLetterSources", "alarmSubscriptions"]),
  alarms: placeholders("settings.alarms", ["periodSeconds", "oldTickSeconds", "accountSeconds", "silentTicks", "patientTicks"]),
  fleet: { ...placeholders("settings.fleet", ["uri", "action", "arn"]), bundled: "!.git/**" },
  receiverSecret: placeholders("settings.receiverSecret", ["action", "arn"]),
  timeoutSeconds: numberFor("settings.timeoutSeconds"),
  receiveConcurrency: numberFor("settings.receiveConcurrency"),
  topics: { Resources: {} },
  network: "vpc",
  page: { function: "function", stack: "stack" },
};

function placeholders(path: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, placeholder(`${path}.${name}`)]));
}

function numberFor(path: string): unknown {
  return [...NUMBERS].find(([, found]) => found === path)?.[0];
}

/** The template with its placeholders, and the parameters that fill them. */
export function packageTemplate(): Pick<Stack, "template" | "parameters"> {
  const folder = mkdtempSync(join(tmpdir(), "alertstatus-template-"));
  try {
    const parameters = parametersOf(readFileSync(join(ROOT, "serverless.yml"), "utf8"));
    layOut(folder);
    const flags = Object.keys(parameters).map((name) => `--param=${name}=${numberFor(`param.${name}`) ?? placeholder(`param.${name}`)}`);
    const words = ["package", "--package=out", `--stage=${placeholder("stage")}`, ...flags];
    execFileSync(process.execPath, [OSLS, ...words], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    const packaged: Template = JSON.parse(readFileSync(join(folder, "out/cloudformation-template-update-stack.json"), "utf8"));
    return { template: withPlaceholders(packaged) as Template, parameters };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function layOut(folder: string): void {
  for (const file of ["serverless.yml", "package.json"]) copyFileSync(join(ROOT, file), join(folder, file));
  mkdirSync(join(folder, "infra"));
  for (const file of readdirSync(join(ROOT, "infra")).filter((name) => name.endsWith(".yml")))
    copyFileSync(join(ROOT, "infra", file), join(folder, "infra", file));
  writeFileSync(join(folder, "infra/settings.cjs"), `module.exports = async () => (${JSON.stringify(SETTINGS)});\n`);
  for (const name of FUNCTIONS) {
    mkdirSync(join(folder, ".build", name), { recursive: true });
    writeFileSync(join(folder, ".build", name, `${name}.mjs`), "");
  }
}

// A default that names the stage does so by a placeholder, too.
function parametersOf(text: string): Readonly<Record<string, string>> {
  // The tags of CloudFormation in the rest of the file are not known here.
  const { params } = parse(text, { logLevel: "silent" });
  return Object.fromEntries(
    Object.entries(params.default).map(([name, value]) => [name, String(value).replaceAll(/\$\{sls:stage\}/g, placeholder("stage"))]),
  );
}

function withPlaceholders(node: unknown): unknown {
  const path = NUMBERS.get(node);
  if (path !== undefined) return placeholder(path);
  if (Array.isArray(node)) return node.map(withPlaceholders);
  if (!isRecord(node)) return node;
  const { S3Bucket, S3Key } = node;
  // serverless/alertstatus/<stage>/<time>/<function>.zip
  if (S3Bucket !== undefined && typeof S3Key === "string") return placeholder(`code.${/([a-z]+)\.zip$/.exec(S3Key)?.[1]}`);
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withPlaceholders(value)]));
}
