// The command `fleet schema` prints the JSON Schema of a fleet file, for editors and for checks without alertstatus.

import type { Command } from "commander";
import schema from "../../infra/fleet.schema.json" with { type: "json" };
import { printJson, type Terminal } from "./terminal.ts";

export function declareFleetSchema(command: Command, terminal: Terminal): void {
  command.action(() => printJson(terminal, schema, 2));
}
