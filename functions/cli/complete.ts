// The hidden command `__complete` answers a shell that completes a command line: the words that may stand where the cursor is.

import { Command, type Option } from "commander";
import type { Commands, Entry } from "./commands.ts";
import type { Terminal } from "./terminal.ts";

/** A word that may stand there, and what it is for. */
type Candidate = { readonly word: string; readonly does: string };

// As kubectl reads them from a plugin: whether files may be meant as well.
// https://pkg.go.dev/github.com/spf13/cobra#ShellCompDirective
const ONLY_THESE = ":4";
const FILES_TOO = ":0";

export function declareComplete(command: Command, terminal: Terminal, commands: Commands): void {
  command.argument("[words...]").action((words: readonly string[]) => complete(terminal, commands, words));
}

async function complete(terminal: Terminal, commands: Commands, words: readonly string[]): Promise<void> {
  const [begun = "", ...before] = words.toReversed();
  const candidates = await candidatesAfter(before.toReversed(), begun, { terminal, commands });
  const fitting = candidates.filter(({ word }) => word.startsWith(begun));
  const lines = fitting.map(({ word, does }) => (does === "" ? word : `${word}\t${does}`));
  // Not as a result for people, which has no tabs.
  terminal.stdout.write(`${[...lines, candidates.length > 0 ? ONLY_THESE : FILES_TOO].join("\n")}\n`);
}

async function candidatesAfter(
  words: readonly string[],
  begun: string,
  { terminal, commands }: { readonly terminal: Terminal; readonly commands: Commands },
): Promise<readonly Candidate[]> {
  const [word = "", ...rest] = words;
  if (words.length === 0)
    return Object.entries(commands).flatMap(([name, entry]) => (entry.isHidden ? [] : [{ word: name, does: entry.does }]));
  const entry = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (entry === undefined) return [];
  if ("commands" in entry) return candidatesAfter(rest, begun, { terminal, commands: entry.commands });
  return candidatesOf(await declared(word, entry, terminal), rest.at(-1), begun);
}

async function declared(name: string, entry: Extract<Entry, { load: unknown }>, terminal: Terminal): Promise<Command> {
  const command = new Command(name);
  (await entry.load())(command, terminal);
  return command;
}

// The values of the option before, the options where a dash is typed, else the values of the argument.
function candidatesOf({ options, registeredArguments }: Command, previous: string | undefined, begun: string): readonly Candidate[] {
  const option = options.find(({ long, short }) => previous !== undefined && (previous === long || previous === short));
  if (option !== undefined && takesValue(option)) return toCandidates(option.argChoices);
  if (begun.startsWith("-")) return options.map(({ long, short, description }) => ({ word: long ?? short ?? "", does: description }));
  return toCandidates(registeredArguments[0]?.argChoices);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function toCandidates(words: readonly string[] = []): readonly Candidate[] {
  return words.map((word) => ({ word, does: "" }));
}
