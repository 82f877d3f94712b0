// The command `version` prints which alertstatus this is.

import type { Command } from "commander";
import { printResult, type Start, type Terminal } from "./terminal.ts";

export function declareVersion(command: Command, terminal: Terminal): void {
  command.action(() => printResult(terminal, versionText(terminal)));
}

/** `alertstatus 0.1.0`. */
export function versionText({ version }: Start): string {
  return `alertstatus ${version}`;
}
