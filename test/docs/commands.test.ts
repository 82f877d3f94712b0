// Holds every command that a page tells a reader to type to what that program takes.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { Command, CommanderError } from "commander";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { addCommands, type Commands, commands } from "../../functions/cli/commands.ts";
import { readWords } from "../../infra/deploy.ts";
import manifest from "../../package.json" with { type: "json" };
import { exists, read } from "../house.ts";
import { commandsIn, pages, type Told } from "./pages.ts";

// biome-ignore lint/suspicious/noExplicitAny: a template is deep, and a test reads a small part of it
type Json = any;

const ROOT = join(import.meta.dirname, "../..");
const scripts: Readonly<Record<string, string>> = manifest.scripts;
const told = pages.flatMap((page) => commandsIn(page).map((command) => ({ page, ...command, typed: command.words.join(" ") })));

test("the pages tell a reader to type more than a hundred commands", () => {
  expect(told.length).toBeGreaterThan(100);
});

describe.each(pages)("%s", (page) => {
  test("tells a reader to type what works", async () => {
    const problems = [];
    for (const command of told.filter((one) => one.page === page)) {
      const problem = await problemOf(command);
      if (problem !== undefined) problems.push(`${command.typed}: ${problem}`);
    }
    expect(problems).toEqual([]);
  });
});

test("functions/cli/README.md lists every command, and no other", () => {
  const rows = read("functions/cli/README.md").split("## What all")[0] ?? "";
  const names = commandNames(commands).filter((name) => name !== "version");
  const cells = [...rows.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell = ""]) => [...cell.matchAll(/`([a-z][^`]*)`/g)]);
  const listed = cells.map(([, span = ""]) => names.find((name) => span === name || span.startsWith(`${name} `)) ?? span);
  expect([...new Set(listed)].toSorted()).toEqual(names.toSorted());
});

function commandNames(entries: Commands): readonly string[] {
  return Object.entries(entries).flatMap(([name, entry]) => {
    if (entry.isHidden) return [];
    return "commands" in entry ? commandNames(entry.commands).map((inner) => `${name} ${inner}`) : [name];
  });
}

type Words = readonly string[];
type Check = (words: Words, isNamed: boolean) => Promise<string | undefined> | string | undefined;

/** What is wrong with a command; undefined where nothing is. */
async function problemOf({ words: [program = "", ...words], isNamed }: Told): Promise<string | undefined> {
  const inClone = program === "npm" && words.slice(0, 4).join(" ") === "run -s cli --";
  if (inClone) return ofAlertstatus(words.slice(4), isNamed);
  if (program === "kubectl" && words[0] === "alertstatus") return ofAlertstatus(words.slice(1), isNamed);
  return CHECKS[program]?.(words, isNamed);
}

const CHECKS: Readonly<Record<string, Check>> = {
  alertstatus: ofAlertstatus,
  npm: ([verb = "", ...words]) => {
    if (["ci", "install"].includes(verb)) return undefined;
    const [name = verb, ...rest] = verb === "run" ? words : [verb, ...words];
    const more = rest[0] === "--" ? rest.slice(1) : rest;
    return scripts[name] === undefined ? "there is no such script" : ofScript(name, more);
  },
  npx: ([tool, verb, ...words]) => {
    const name = words[words.indexOf("-f") + 1] ?? "";
    const { functions }: Json = parse(read("serverless.yml"), { logLevel: "silent" });
    return tool === "osls" && verb === "invoke" && functions[name] !== undefined ? undefined : "there is no such function";
  },
  kubectl: (words) => {
    const [folder, file] = ["-k", "-f"].map((option) => (words.includes(option) ? words[words.indexOf(option) + 1] : undefined));
    if (folder !== undefined && !exists(`${folder}/kustomization.yaml`)) return "there is no such kustomization";
    return file === undefined || file === "-" || exists(file) ? undefined : "there is no such file";
  },
  aws: (words) => {
    const file = words[words.indexOf("--template-file") + 1] ?? "";
    return words.includes("--template-file") ? ofTemplate(file, words.slice(words.indexOf("--parameter-overrides") + 1)) : undefined;
  },
};

function ofScript(name: string, words: Words): string | undefined {
  if (name === "deploy") {
    const read = readWords(words);
    return "problems" in read ? read.problems.join("; ") : undefined;
  }
  if (name === "test") return words.every((word) => word === "--all" || exists(word)) ? undefined : "there are no such tests";
  const [, file = ""] = /\bnode (\S+\.ts)/.exec(scripts[name] ?? "") ?? [];
  const flags = words.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
  const text = file === "" ? "" : readFileSync(join(ROOT, file), "utf8");
  const unknown = flags.filter((flag) => !new RegExp(`^ {2}"?${flag}"?: |"--${flag}"|\\b${flag}: `, "m").test(text));
  return unknown.length === 0 ? undefined : `--${unknown.join(", --")}: there is no such flag`;
}

function ofTemplate(file: string, overrides: Words): string | undefined {
  if (!exists(file)) return "there is no such template";
  const { Parameters }: Json = parse(read(file), { logLevel: "silent" });
  const given = overrides.map((pair) => pair.split("=")[0] ?? "");
  const unknown = given.filter((name) => Parameters[name] === undefined);
  const missing = Object.keys(Parameters).filter((name) => Parameters[name].Default === undefined && !given.includes(name));
  return unknown.length + missing.length === 0 ? undefined : `unknown: ${unknown}; missing: ${missing}`;
}

// What a sentence leaves out of a command that it speaks of.
const INCOMPLETE = ["commander.missingArgument", "commander.missingMandatoryOptionValue", "commander.help"];

/** Parses the words as the command line does, and stops before anything is done. */
async function ofAlertstatus(words: Words, isNamed: boolean): Promise<string | undefined> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const streams = { stdin: Readable.from([]), stdout: nowhere, stderr: nowhere };
  const terminal = { ...streams, program: "alertstatus", version: "", env: {}, signal: new AbortController().signal, exitCode: 0 };
  const program = new Command("alertstatus").exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  const parsed = new CommanderError(0, "parsed", "");
  addCommands(program, commands, terminal);
  program.hook("preAction", () => {
    throw parsed;
  });
  try {
    // `N` stands for the name of a cluster.
    await program.parseAsync(
      words.map((word) => (word === "N" ? "prod-eu-1" : word)),
      { from: "user" },
    );
    return "nothing is called";
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isFine = error === parsed || error.exitCode === 0 || (isNamed && INCOMPLETE.includes(error.code));
    return isFine ? undefined : error.message;
  }
}
