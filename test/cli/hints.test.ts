// Holds the hints in messages to the name that the command line was started by.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commands } from "../../functions/cli/commands.ts";
import { asTyped } from "../../functions/cli/terminal.ts";

const ROOT = join(import.meta.dirname, "../../functions");
const NAMES = Object.entries(commands).flatMap(([name, { isHidden }]) => (isHidden || name === "version" ? [] : [name]));
// What a shell is told of the program by its own name.
const NAMED = ["cli/completion.ts", "cli/examples.ts"];

const sources = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts") && !NAMED.includes(file));
const linesOf = (file: string) => readFileSync(join(ROOT, file), "utf8").split("\n");

test.each(["alertstatus", "kubectl alertstatus", "npm run -s cli --"])("a hint names each command as %s", (program) => {
  for (const name of NAMES) expect(asTyped({ program }, `see \`${name} --help\``)).toBe(`see \`${program} ${name} --help\``);
  expect(asTyped({ program }, 'the field `status`, and "rules of a flow"')).toBe('the field `status`, and "rules of a flow"');
});

test("no text names a command by one of its names, which may be another than the one that was typed", () => {
  const named = new RegExp(`(?:alertstatus|npm run -s cli --) (?:${NAMES.join("|")})\\b(?! (?:ran|to|is|are)\\b)`);
  const found = sources.flatMap((file) =>
    linesOf(file)
      .filter((line) => named.test(line) && !isComment(line))
      .map((line) => `${file}: ${line}`),
  );
  expect(found).toEqual([]);
});

test("every text that tells to use a command has it in backticks, or after the name of the program", () => {
  const typed = Object.entries(commands).map(([name, entry]) =>
    "commands" in entry ? `${name} (?:${Object.keys(entry.commands).join("|")})\\b` : `${name} --[a-z]`,
  );
  const bare = new RegExp(`(?<![\`}-] ?)\\b(?:${typed.join("|")})`);
  const found = sources.flatMap((file) =>
    linesOf(file)
      .filter((line) => bare.test(line) && !isComment(line))
      .map((line) => `${file}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});

function isComment(line: string): boolean {
  return /^\s*(?:\/\/|\/?\*)/.test(line);
}
