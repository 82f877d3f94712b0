// The command `version` prints which alertstatus this is.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { isObject, parseJson } from "../core/json.ts";
import { printResult, type Terminal } from "./terminal.ts";

export function declareVersion(command: Command, terminal: Terminal): void {
  command.action(() => printResult(terminal, versionText()));
}

/** `alertstatus 0.1.0`. */
export function versionText(): string {
  const manifest = parseJson(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
  return `alertstatus ${isObject(manifest) ? manifest.version : ""}`;
}
