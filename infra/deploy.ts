// Deploys the stack: checks every setting before anything runs, builds, has osls deploy, and prints the stack's outputs.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { parse } from "yaml";
import { isObject, type JsonObject } from "../functions/core/json.ts";
import { region as regionSchema } from "../functions/core/names.ts";
import { orNearest } from "../functions/core/nearest.ts";
import { buildFunctions } from "./build.ts";
import { type Parameters, parameterProblems } from "./settings.ts";

const ROOT = join(import.meta.dirname, "..");
const OSLS = join(ROOT, "node_modules/osls/bin/serverless.js");
const USAGE = "usage: npm run deploy -- [--stage S] [--region R] [--param key=value …]   (the parameters: at the top of serverless.yml)";

type Words = {
  readonly stage: string;
  readonly region?: string;
  readonly params: Readonly<Record<string, string>>;
  readonly verbose: boolean;
};

/** What the words of the command line ask for, or what is wrong with them, a line each. */
export function readWords(words: readonly string[]): Words | { readonly problems: readonly string[] } {
  const read = parsed(words);
  if ("problems" in read) return read;
  const { stage = "dev", region, param = [], verbose = false } = read;
  const pairs = param.map((pair) => [pair, ...(/^([^=]+)=(.*)$/s.exec(pair)?.slice(1) ?? [])] as const);
  const known = defaultsOf(stage);
  const problems = pairs.flatMap(([pair, name]) => {
    if (name === undefined) return [`--param ${pair}: key=value is expected`];
    return name === "local" || Object.hasOwn(known, name)
      ? []
      : [`--param ${name}: there is no such parameter${orNearest([name], Object.keys(known))}`];
  });
  const params = Object.fromEntries(pairs.flatMap(([, name, value]) => (name === undefined ? [] : [[name, value ?? ""]])));
  if (region !== undefined && !regionSchema.safeParse(region).success)
    problems.push("--region: an AWS region is expected, such as eu-central-1");
  problems.push(...parameterProblems({ ...known, ...params, stage }));
  return problems.length > 0 ? { problems } : { stage, region, params, verbose };
}

function parsed(words: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...words],
      options: { stage: text, region: text, param: { ...text, multiple: true }, verbose: { type: "boolean" } },
    }).values;
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** The parameters of serverless.yml with their values for a stage. */
function defaultsOf(stage: string): Parameters {
  const document: unknown = parse(readFileSync(join(ROOT, "serverless.yml"), "utf8"), { logLevel: "silent" });
  const params = isObject(document) && isObject(document.params) ? document.params : {};
  const all = { ...blockOf(params, "default"), ...blockOf(params, stage) };
  const texts = Object.entries(all).map(([name, value]) => [name, String(value).replaceAll("$" + "{sls:stage}", stage)]);
  return Object.fromEntries(texts);
}

function blockOf(params: JsonObject, name: string): JsonObject {
  const block = params[name];
  return isObject(block) ? block : {};
}

/** The region of the words, the environment or the profile of the AWS CLI; a person at a terminal is asked for one. */
async function regionOf(given: string | undefined): Promise<string | undefined> {
  if (given !== undefined) return given;
  const configured = await new CloudFormationClient().config.region().catch(() => undefined);
  if (configured !== undefined || !process.stdin.isTTY) return configured;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = (await prompt.question("No region is set. Which one, such as eu-central-1? ")).trim();
  prompt.close();
  return regionSchema.safeParse(answer).success ? answer : undefined;
}

async function deploy({ stage, params, verbose }: Words, region: string): Promise<number> {
  console.log(`Deploying alertstatus-${stage} to ${region}`);
  await buildFunctions(join(ROOT, ".build"));
  const flags = Object.entries(params).map(([name, value]) => `--param=${name}=${value}`);
  const words = [OSLS, "deploy", "--stage", stage, ...flags, ...(verbose ? ["--verbose"] : [])];
  const { status } = spawnSync(process.execPath, words, { cwd: ROOT, stdio: "inherit", env: { ...process.env, AWS_REGION: region } });
  return status ?? 1;
}

// What a local cloud does not know is left out of the stack, which is what its tests deploy.
async function deployIntoLocalCloud({ stage, params: { local: _, ...params } }: Words): Promise<number> {
  const { deployLocally } = await import("../test/tools/local/second-terminal.ts");
  try {
    console.log(`Deploying alertstatus-${stage} into the local cloud`);
    printOutputs(stage, "the local cloud", Object.entries(await deployLocally(stage, params)));
    return 0;
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

async function outputsOf(stage: string, region: string): Promise<readonly (readonly [string, string])[]> {
  const client = new CloudFormationClient({ region });
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: `alertstatus-${stage}` }));
  const outputs = (stack?.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue] as const);
  return outputs.filter(([name]) => !/Lambda|Serverless/.test(name));
}

function printOutputs(stage: string, place: string, outputs: readonly (readonly [string, string])[]): void {
  const width = Math.max(0, ...outputs.map(([name]) => name.length));
  console.log(`\nOutputs of alertstatus-${stage} in ${place}:`);
  for (const [name, value] of outputs) console.log(`  ${name.padEnd(width)}   ${value}`);
  console.log(`\nNext: npm run -s cli -- fleet push --fleet fleet.yml --stage ${stage}`);
}

async function main(words: readonly string[]): Promise<number> {
  const read = readWords(words);
  if ("problems" in read) {
    for (const problem of read.problems) console.error(`error: ${problem}`);
    console.error(USAGE);
    return 2;
  }
  if (read.params.local === "true") return deployIntoLocalCloud(read);
  const region = await regionOf(read.region);
  if (region === undefined) {
    console.error("error: no region is set: give --region, or set AWS_REGION");
    return 2;
  }
  const code = await deploy(read, region);
  if (code === 0) printOutputs(read.stage, region, await outputsOf(read.stage, region));
  return code;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
