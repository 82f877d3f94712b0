// From the words of a command line to an exit code, with everything that it reads and writes as an argument.
import { Command, CommanderError } from "commander";
import { ConfigError, remedies, UpstreamError } from "../core/errors.ts";
import { addCommands, commands } from "./commands.ts";
import { untilInterrupted } from "./interrupt.ts";
import { flush, hasColors, printMessage, type Streams, type Terminal, textFor } from "./terminal.ts";

const DESCRIPTION = "Reads each cluster's Prometheus Alerts API and writes what it means into the status conditions of custom resources.";
const EXIT_CODES = "\nExit codes: 0 all is well, 1 something needs a look, 2 wrong usage or configuration, 130 interrupted.";

const INTERRUPTED = 130;
/** What a command has after Ctrl-C to print what is done. */
const PRINTING_MS = 250;
/** npm passes on the signal that the terminal has sent already: within this time a second one is the same Ctrl-C. */
const ECHO_MS = 200;

/**
 * Runs a command: 0 where everything was looked at, 1 where something needs a look or a bug was met, 2 for wrong usage or configuration,
 * 130 after Ctrl-C. A second Ctrl-C kills the process.
 */
export async function main(argv: readonly string[], { stdin, stdout, stderr }: Streams, env: NodeJS.ProcessEnv): Promise<number> {
  const interrupt = new AbortController();
  const terminal: Terminal = { stdin, stdout, stderr, env, signal: interrupt.signal, exitCode: 0 };
  const onSignal = () => {
    interrupt.abort();
    setTimeout(() => process.off("SIGINT", onSignal), ECHO_MS).unref();
  };
  process.on("SIGINT", onSignal);
  for (const output of [stdout, stderr]) output.on("error", ignoreClosedPipe);
  try {
    await untilInterrupted(interrupt.signal, run(argv, terminal), PRINTING_MS);
    await Promise.all([stdout, stderr].map(flush));
  } finally {
    process.off("SIGINT", onSignal);
  }
  return interrupt.signal.aborted ? INTERRUPTED : terminal.exitCode;
}

async function run(argv: readonly string[], terminal: Terminal): Promise<void> {
  const [first, ...rest] = argv;
  try {
    await programFor(terminal).parseAsync(first === "help" ? [...rest, "--help"] : argv, { from: "user" });
  } catch (error) {
    if (!terminal.signal.aborted) terminal.exitCode = tell(terminal, error);
  }
}

function programFor(terminal: Terminal): Command {
  const { stdout, stderr, env } = terminal;
  const program = new Command("alertstatus")
    .description(DESCRIPTION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(textFor(stdout, env, text)),
      writeErr: (text) => stderr.write(textFor(stderr, env, text)),
      getOutHelpWidth: () => stdout.columns ?? 80,
      getErrHelpWidth: () => stderr.columns ?? 80,
      getOutHasColors: () => hasColors(stdout, env),
      getErrHasColors: () => hasColors(stderr, env),
    })
    .showHelpAfterError("(add --help for what is possible)")
    .addHelpText("after", EXIT_CODES);
  addCommands(program, commands, terminal);
  return program;
}

/** Says what stopped a command, and what to do, and gives the exit code. */
function tell(terminal: Terminal, error: unknown): number {
  // What is wrong with the usage, commander has said itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigError) {
    printMessage(terminal, `error: ${error.message}`);
    return 2;
  }
  if (error instanceof UpstreamError) printMessage(terminal, `error: ${error.message}\n  ${remedies[error.code]}`);
  else printMessage(terminal, `alertstatus ran into a bug; please report it with these lines:\n${stackOf(error)}`);
  return 1;
}

function stackOf(bug: unknown): string {
  return bug instanceof Error ? (bug.stack ?? bug.message) : String(bug);
}

// Who reads, as `head` does, has seen enough; what is written after that is lost without harm.
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
