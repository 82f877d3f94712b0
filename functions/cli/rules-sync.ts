// The command `rules sync` applies rules to clusters, under the kubeconfig of the user.

import { diff } from "node:util";
import type { Command } from "commander";
import { stringify } from "yaml";
import { remedies, UpstreamError } from "../core/errors.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { openManifests } from "../io/kubernetes/manifests.ts";
import { ownLogin } from "../io/kubernetes/own-kubeconfig.ts";
import { type RulesSync, syncRules } from "../rules/sync.ts";
import { openAccess, openOwn, ownClient } from "./access.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { untilInterrupted } from "./interrupt.ts";
import { type OutputOptions, type SelectionOptions, withLogins, withOutput, withSelection } from "./options.ts";
import { colored } from "./output.ts";
import { isTable, printOutput } from "./print-output.ts";
import { printMessage, printResult, type Terminal } from "./terminal.ts";

type Options = SelectionOptions & OutputOptions & { fleet?: string; trustFleet?: boolean; dryRun?: boolean };

const UNTRUSTED = "rules of a fleet from s3: or ssm: would be applied under your own kubeconfig";

export function declareRulesSync(command: Command, terminal: Terminal): void {
  withOutput(withSelection(withLogins(command)))
    .option("--dry-run", "show what would change, but apply nothing")
    .action((options: Options) => sync(terminal, options));
}

async function sync(terminal: Terminal, options: Options): Promise<void> {
  const { fleet: option, trustFleet = false, cluster, selector, dryRun = false } = options;
  const { signal } = terminal;
  const { fleet, folder } = await loadValidFleet(terminal, option);
  const { connections } = openAccess(terminal, { trustFleet });
  const own = openOwn(terminal);
  const results: RulesSync[] = [];
  try {
    // One after the other, so that the output of one cluster stays together.
    for (const entry of selectClusters(fleet, { clusters: cluster, selector }).clusters) {
      const open = async () => {
        if (folder === undefined && !trustFleet) throw new UpstreamError("identity-withheld", UNTRUSTED);
        return openManifests(ownClient(connections, await ownLogin(entry.name, entry.kubernetes, folder, own)));
      };
      const result = await untilInterrupted(signal, syncRules(entry, open, { dryRun, toYaml }), 0);
      if (result === undefined) break;
      results.push(result);
      if (isTable(options)) print(terminal, result);
    }
  } finally {
    await connections.close();
  }
  if (!isTable(options))
    printOutput(terminal, options, { document: { clusters: results }, names: results.map(({ cluster }) => cluster), table: "" });
  terminal.exitCode = results.some(({ was }) => was === "refused") ? 1 : 0;
}

function toYaml(document: unknown): string {
  return stringify(document, { lineWidth: 0, sortMapEntries: true });
}

function print(terminal: Terminal, result: RulesSync): void {
  const name = colored("bold", result.cluster);
  if ("object" in result)
    printResult(terminal, [`${name}: ${result.object}: ${result.was}`, ...changedLines(result.before, result.after)].join("\n"));
  else printMessage(terminal, `${name}: ${result.was}: ${result.message}${"code" in result ? `\n  ${remedies[result.code]}` : ""}`);
}

const CONTEXT = 2;

function changedLines(before: string, after: string): readonly string[] {
  const linesOf = (text: string) => (text === "" ? [] : text.trimEnd().split("\n"));
  // An operation says which text has the line: 1 the first, -1 the second, 0 both.
  const lines = diff(linesOf(after), linesOf(before));
  const isNear = (at: number) => lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(([operation]) => operation !== 0);
  return lines.flatMap(([operation, line], at) => {
    if (operation !== 0) return [operation === 1 ? colored("green", `+ ${line}`) : colored("red", `- ${line}`)];
    return isNear(at) ? [`  ${line}`] : [];
  });
}
