// The command `profile test` tries a profile on cases that a person wrote, and shows where it says something else.

import type { Command } from "commander";
import { ConfigError } from "../core/errors.ts";
import { type CaseResult, type Difference, parseCases, tryCase } from "../core/verdict/cases.ts";
import { parseText } from "../io/fleet/text.ts";
import { knownProfile } from "./catalogue.ts";
import { loadValidFleet, readFleetText, withFleetInErrors } from "./fleet-source.ts";
import { withFleet } from "./options.ts";
import { colored, counted } from "./output.ts";
import { printMessage, printResult, type Terminal } from "./terminal.ts";

type Options = { fleet?: string };

export function declareProfileTest(command: Command, terminal: Terminal): void {
  withFleet(command.argument("<file>", "cases as YAML: given these resources and alerts, then these verdicts"))
    .addHelpText("after", "\nWithout --fleet the profile of the cases is a built-in one; with it, one of the fleet's own too.")
    .action((file: string, options: Options) => test(terminal, file, options));
}

async function test(terminal: Terminal, file: string, { fleet }: Options): Promise<void> {
  const { profile: name, cases } = await withFleetInErrors(file, async () =>
    parseCases(await parseText((await readFleetText(terminal, file)).text)),
  );
  const profile =
    fleet === undefined
      ? await knownProfile(name)
      : (await loadValidFleet(terminal, fleet)).fleet.profiles.find((one) => one.name === name);
  if (profile === undefined) throw new ConfigError(`${file}: the fleet has no profile ${name}`);
  const results = await withFleetInErrors(file, async () => cases.map((one) => tryCase(profile, one)));
  for (const result of results) printResult(terminal, resultText(result));
  const failed = results.filter(({ differences }) => differences.length > 0).length;
  printMessage(terminal, `${counted(results.length, "case")} of ${name}: ${failed === 0 ? "all hold" : `${failed} failed`}`);
  if (failed > 0) terminal.exitCode = 1;
}

function resultText({ it, differences }: CaseResult): string {
  if (differences.length === 0) return `${colored("green", "ok")}      ${it}`;
  return [`${colored("red", "failed")}  ${it}`, ...differences.flatMap(differenceLines)].join("\n");
}

function differenceLines({ resource, expected, actual, because }: Difference): readonly string[] {
  const why = because.length === 0 ? "" : `, because of ${because.join(", ")}`;
  return [`          ${resource}`, colored("red", `          - ${expected}`), colored("green", `          + ${actual}${why}`)];
}
