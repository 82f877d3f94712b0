// Deploys the stack of this repository into a local cloud, as `npm run deploy` does in a clone.

import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import type { CloudAccess } from "./local-cloud.ts";
import { type LocalStack, stackIn } from "./local-stack.ts";
import { builtFunctions } from "./made-once.ts";

/** A stack that `osls` has deployed. */
export type ClonedStack = LocalStack & {
  /** What `osls` says, asked about it. */
  osls(...words: readonly string[]): Promise<string>;
  /** Removes it and the fleet in its bucket, as `npm run remove` does; what that says. */
  remove(): Promise<string>;
};

const ROOT = join(import.meta.dirname, "../..");
const MAX_OUTPUT = 16 * 1024 * 1024;
const OSLS = join(ROOT, "node_modules/osls/bin/serverless.js");

/** Builds and deploys the stack, in a folder of its own, which ends with the cloud: others may package theirs at the same time. */
export async function deployClone(cloud: CloudAccess, stage: string): Promise<ClonedStack> {
  const folder = await mkdtemp(join(cloud.folder, "stack-"));
  const osls = (...words: readonly string[]) => run(folder, cloud, [OSLS, ...words, "--stage", stage]);
  await layOut(folder);
  await osls("deploy");
  return {
    ...stackIn(cloud, stage, await outputsOf(cloud, `alertstatus-${stage}`)),
    osls,
    remove: () => run(folder, cloud, [join(folder, "infra/remove.ts"), "--stage", stage]),
  };
}

async function layOut(folder: string): Promise<void> {
  for (const copied of ["serverless.yml", "infra"]) await cp(join(ROOT, copied), join(folder, copied), { recursive: true });
  await cp(join(await builtFunctions(), "functions"), join(folder, ".build"), { recursive: true });
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

async function run(cwd: string, { env }: CloudAccess, words: readonly string[]): Promise<string> {
  // How often it asks whether the stack is there yet, in milliseconds.
  const { NODE_COMPILE_CACHE = "" } = process.env;
  const settings = { ...env, NODE_COMPILE_CACHE, SLS_AWS_MONITORING_FREQUENCY: "1000", NO_COLOR: "1" };
  const running = promisify(execFile)(process.execPath, [...words], { cwd, env: settings, maxBuffer: MAX_OUTPUT });
  // It waits for the end of what it could be told.
  running.child.stdin?.end();
  const { stdout, stderr } = await running.catch((error: { stdout: string; stderr: string }) => {
    throw new Error(`${words.join(" ")} failed:\n${error.stdout}${error.stderr}`);
  });
  // What a function answers is on stdout, and what is said to people on stderr.
  return stdout.trim() || stderr;
}

async function outputsOf({ settings }: CloudAccess, StackName: string): Promise<Readonly<Record<string, string>>> {
  const client = new CloudFormationClient(settings);
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  client.destroy();
  return Object.fromEntries(stack?.Outputs?.map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]) ?? []);
}
