// Runs the command line: in this process to test its output, in one of its own to test the process.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";

export type Ended = { readonly code: unknown; readonly stdout: string; readonly stderr: string };

type Settings = {
  readonly stdin?: string | Readable;
  readonly isTTY?: boolean;
  /** The width of a terminal. */
  readonly columns?: number;
  /** Receives each chunk of stderr. */
  readonly onMessage?: (text: string) => void;
};

const ROOT = join(import.meta.dirname, "../..");
// What the command lines of these tests are called by.
const PROGRAM = "alertstatus";
const CLI = join(ROOT, "functions/cli.ts");
// Variables of the machine that runs the tests which would change the output.
const UNSET = { FLEET: undefined, ALERTSTATUS_FLEET: undefined, RECEIVER_SECRET: undefined, FORCE_COLOR: undefined, NO_COLOR: undefined };

let last: Promise<unknown> = Promise.resolve();

/** Runs a command in this process. The AWS SDK and `env:` references share its environment, so commands run one after another. */
export function alertstatus(words: readonly string[], environment: NodeJS.ProcessEnv = {}, settings: Settings = {}): Promise<Ended> {
  const ended = last.then(() => run(words, environment, settings));
  last = ended.catch(() => undefined);
  return ended;
}

async function run(
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
  { stdin = "", isTTY, columns, onMessage = () => {} }: Settings,
): Promise<Ended> {
  const { main } = await import("../../functions/cli/main.ts");
  const restore = setEnvironment({ ...UNSET, ...environment });
  const [stdout, stderr] = [captured({ isTTY, columns }, () => {}), captured({ isTTY, columns }, onMessage)];
  try {
    const streams = { stdin: Object.assign(typeof stdin === "string" ? Readable.from([stdin]) : stdin, { isTTY }), stdout, stderr };
    const code = await main(words, streams, process.env, { program: PROGRAM, version: "1.2.3" });
    return { code, stdout: stdout.written(), stderr: stderr.written() };
  } finally {
    restore();
  }
}

function captured(terminal: Pick<Settings, "isTTY" | "columns">, onWrite: (text: string) => void) {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      chunks.push(chunk);
      onWrite(chunk);
      done();
    },
  });
  return Object.assign(stream, { ...terminal, written: () => chunks.join("") });
}

function setEnvironment(environment: NodeJS.ProcessEnv): () => void {
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(environment)) set(name, value);
  return () => {
    for (const [name, value] of before) set(name, value);
  };
}

/** Starts the command line as a process of its own; `flags` are words for Node itself. */
export function startAlertstatus(words: readonly string[], flags: readonly string[] = []) {
  return start(process.execPath, [...flags, CLI, ...words]);
}

/** Runs a line of bash in a folder, in which `$CLI` is the command line. */
export function bash(line: string, cwd: string) {
  return start("bash", ["-c", line], cwd).ended;
}

function start(program: string, words: readonly string[], cwd = ROOT) {
  // As in a shell, independent of the program that runs the tests.
  const environment = Object.entries({ ...process.env, ...UNSET }).filter(([name]) => !/^(npm_|INIT_CWD$)/.test(name));
  const child = spawn(program, words, { cwd, env: { ...Object.fromEntries(environment), CLI: `${process.execPath} ${CLI}` } });
  const ended = Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]).then(([[code, signal], stdout, stderr]) => ({
    code,
    signal,
    stdout,
    stderr,
  }));
  return { child, ended };
}
