// The command `deploy` creates or updates the stack of a stage from the installed package, without a clone or a framework.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { deploy } from "../../infra/stack/deploy.ts";
import { placeholder } from "../../infra/stack/fill.ts";
import { readStack, type Stack } from "../../infra/stack/stack.ts";
import { ConfigError } from "../core/errors.ts";
import { orNearest } from "../core/nearest.ts";
import { collect } from "./options.ts";
import { printMessage, printResult, type Terminal } from "./terminal.ts";

type Options = { stage: string; param?: readonly string[] };

// In the package all files lie beside one another; in a clone there is no stack here.
const FOLDER = import.meta.dirname;
const STAGE = placeholder("stage");

export function declareDeploy(command: Command, terminal: Terminal): void {
  command
    .requiredOption("--stage <name>", "the stage, such as prod: its stack is alertstatus-<stage>")
    .option("--param <name=value>", "a parameter of the stack; may be given more than once", collect)
    .action((options: Options) => run(terminal, options));
}

async function run(terminal: Terminal, { stage, param = [] }: Options): Promise<void> {
  const { program, signal } = terminal;
  if (!existsSync(join(FOLDER, "stack.json"))) throw new ConfigError("only the package carries the stack: in a clone, use npm run deploy");
  const stack = readStack(FOLDER);
  const params = { ...defaultsOf(stack, stage), ...parseParameters(stack, param) };
  const onStep = (step: string) => printMessage(terminal, step);
  const { was, outputs } = await deploy({ stack, folder: FOLDER, stage, params, signal, onStep });
  const names = Object.keys(outputs).filter((name) => !OF_THE_FRAMEWORK.test(name));
  const width = Math.max(...names.map((name) => name.length));
  for (const name of names.toSorted()) printResult(terminal, `${name.padEnd(width)}   ${outputs[name]}`);
  printMessage(terminal, `alertstatus-${stage} is ${was}. Its fleet: ${program} fleet push --fleet FILE --stage ${stage}`);
}

// Outputs that are there for an update by the framework, under names of its own.
const OF_THE_FRAMEWORK = /^Serverless|^ReceiveLambda/;

function defaultsOf({ parameters }: Stack, stage: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, value.replaceAll(STAGE, stage)]));
}

function parseParameters({ parameters }: Stack, words: readonly string[]): Readonly<Record<string, string>> {
  const pairs = words.map((word) => /^([^=]+)=(.*)$/s.exec(word)?.slice(1) ?? [word]);
  for (const [name = "", value] of pairs) {
    if (value === undefined) throw new ConfigError(`--param ${name}: write name=value`);
    if (!Object.hasOwn(parameters, name))
      throw new ConfigError(`--param ${name}: there is no such parameter${orNearest([name], Object.keys(parameters))}`);
    if (name === "fleet" && value.startsWith("file:"))
      throw new ConfigError("--param fleet: a file can be bundled in a clone only: leave it out, and use `fleet push` afterwards");
  }
  return Object.fromEntries(pairs);
}
