// Prints the link to the page of the status that a stack keeps up to date, for `status --open`.

import { clock } from "../clock.ts";
import { ConfigError } from "../core/errors.ts";
import { untilInterrupted } from "./interrupt.ts";
import { stageOf } from "./state-table.ts";
import { printMessage, printResult, type Terminal } from "./terminal.ts";

/** Prints the link alone to stdout; a ConfigError where the stage keeps no page. */
export async function printLink(terminal: Terminal, stageOption: string | undefined): Promise<void> {
  const stage = stageOf(terminal, stageOption);
  const link = await untilInterrupted(terminal.signal, readLink(stage), 0);
  if (link === undefined) return;
  printResult(terminal, link.url);
  printMessage(terminal, `the page of ${stage}, written at ${link.written}; until ${link.until} the link opens it for all who have it`);
}

async function readLink(stage: string) {
  const [{ describeStack }, { linkToPage }] = await Promise.all([import("../io/aws/stack.ts"), import("../io/aws/page.ts")]);
  const { name, outputs } = await describeStack(stage);
  const uri = outputs.get("PageUri");
  if (uri === undefined) throw new ConfigError(`the stack ${name} keeps no page: deploy it with --param page=true`);
  return linkToPage(uri, clock.nowMs());
}
