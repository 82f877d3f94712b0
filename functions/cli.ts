import { Command, CommanderError } from "commander";
import { addCleanup } from "./cli/cleanup.ts";
import { addDoctor } from "./cli/doctor.ts";
import { addExplain } from "./cli/explain.ts";
import { addFleet } from "./cli/fleet.ts";
import { addProfile } from "./cli/profile.ts";
import { addReceiver } from "./cli/receiver.ts";
import { addReconcile } from "./cli/reconcile.ts";
import { addRules } from "./cli/rules.ts";
import { ConfigError, remedies, UpstreamError } from "./core/errors.ts";

const program = new Command("alertstatus")
  .description("Reads each cluster's Prometheus Alerts API and writes what it means into the status conditions of custom resources.")
  .exitOverride()
  .showHelpAfterError("(add --help for what is possible)")
  .addHelpText("after", "\nExit codes: 0 all is well, 1 something needs a look, 2 wrong usage or configuration.");

addReconcile(program);
addExplain(program);
addFleet(program);
addRules(program);
addProfile(program);
addReceiver(program);
addCleanup(program);
addDoctor(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof ConfigError) fail(2, error.message);
  else if (error instanceof UpstreamError) fail(1, `${error.message}\n  ${remedies[error.code]}`);
  else throw error;
}

function fail(exitCode: number, message: string): void {
  console.error(`error: ${message}`);
  process.exitCode = exitCode;
}
