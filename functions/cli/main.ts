// Runs a command line and returns its exit code; streams and environment are arguments, so that tests run it in their process.

import { Command, CommanderError } from "commander";
import { ConfigError, remedies, UpstreamError } from "../core/errors.ts";
import { addCommands, commands } from "./commands.ts";
import { untilInterrupted } from "./interrupt.ts";
import { flush, hasColors, printMessage, type Start, type Streams, type Terminal, textFor } from "./terminal.ts";
import { versionText } from "./version.ts";

const DESCRIPTION = "Reads each cluster's Prometheus Alerts API and writes what it means into the status conditions of custom resources.";
const EXIT_CODES = "\nExit codes: 0 all is well, 1 something needs attention, 2 wrong usage or configuration, 130 interrupted.";
const VARIABLES = `
Environment, each also without ALERTSTATUS_:
  ALERTSTATUS_FLEET            the fleet, where --fleet is not given
  ALERTSTATUS_STAGE            the stage, where --stage is not given
  ALERTSTATUS_RECEIVER_SECRET  what push tokens are derived from: ssm:/name, secret:name#key, env:NAME or file:path
  ALERTSTATUS_RECEIVER_URL     where senders push to
  ALERTSTATUS_AUDIENCES        audiences of web identity tokens, beside alertstatus:<stage>:<server>
  ALERTSTATUS_CORE_KINDS       kinds of Kubernetes itself that profiles may name, such as deployments.apps
Of others: KUBECONFIG, HTTPS_PROXY and NO_PROXY, the variables of the AWS CLI, NO_COLOR and FORCE_COLOR.`;

const INTERRUPTED = 130;
/** The time after Ctrl-C in which a command may print its finished results. */
const PRINTING_MS = 250;
/** npm forwards the signal that the terminal has sent already: within this time a second one is the same Ctrl-C. */
const ECHO_MS = 200;

/**
 * Runs a command and returns its exit code: 0 where all is well, 1 where something needs attention or after a bug, 2 for wrong usage or
 * configuration, 130 after Ctrl-C. A second Ctrl-C kills the process.
 */
export async function main(
  argv: readonly string[],
  { stdin, stdout, stderr }: Streams,
  env: NodeJS.ProcessEnv,
  start: Start,
): Promise<number> {
  const interrupt = new AbortController();
  const terminal: Terminal = { ...start, stdin, stdout, stderr, env, signal: interrupt.signal, exitCode: 0 };
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
    if (!terminal.signal.aborted) terminal.exitCode = reportError(terminal, error);
  }
}

function programFor(terminal: Terminal): Command {
  const { stdout, stderr, env } = terminal;
  const program = new Command(terminal.program)
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
    .showHelpAfterError("(see --help)")
    .addHelpText("after", `${EXIT_CODES}\n${VARIABLES}`)
    .version(versionText(terminal), "--version", "print the version of alertstatus");
  addCommands(program, commands, terminal);
  return program;
}

/** Prints the error and its remedy, and returns the exit code. */
function reportError(terminal: Terminal, error: unknown): number {
  // Commander has printed its own errors already.
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

// A reader such as `head` has closed the pipe; the rest of the output is not needed.
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
