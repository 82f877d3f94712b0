// Reads the commands of infra/notify/README.md, which deploy each stack that tells people, for the tests that hold them to work.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A command as CloudFormation gets it. */
export type NotifyCommand = {
  readonly stack: string;
  /** The template, by its path from the root of the repository. */
  readonly file: string;
  readonly capabilities: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  /** The words after `aws`. */
  readonly words: readonly string[];
};

const README = join(import.meta.dirname, "../../infra/notify/README.md");

/** The commands by the names of their templates: `slack`. */
export function notifyCommands(): ReadonlyMap<string, NotifyCommand> {
  const [, block = ""] = /```sh\n([\s\S]*?)```/.exec(readFileSync(README, "utf8")) ?? [];
  const lines = block
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const commands = lines.map((line) => commandOf([...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain)));
  return new Map(commands.map((command) => [/(\w+)\.yml$/.exec(command.file)?.[1] ?? "", command]));
}

function commandOf([aws, ...words]: readonly string[]): NotifyCommand {
  if (aws !== "aws") throw new Error(`${README}: a command of aws is expected, and not ${aws}`);
  const after = (flag: string) => {
    const from = words.indexOf(flag) + 1;
    const to = words.findIndex((word, at) => at >= from && word.startsWith("--"));
    return from === 0 ? [] : words.slice(from, to < 0 ? undefined : to);
  };
  const pairs = after("--parameter-overrides").map((pair) => /^(\w+)=(.*)$/.exec(pair)?.slice(1) ?? [pair, ""]);
  const [[stack = ""], [file = ""]] = [after("--stack-name"), after("--template-file")];
  return { stack, file, capabilities: after("--capabilities"), parameters: Object.fromEntries(pairs), words };
}
