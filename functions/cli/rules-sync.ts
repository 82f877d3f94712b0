import { diff } from "node:util";
import type { Command } from "commander";
import { stringify } from "yaml";
import { remedies } from "../core/errors.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import { openManifests } from "../io/kubernetes/manifests.ts";
import { type RulesSync, syncRules } from "../rules/sync.ts";
import { loadValidFleet, type OutputFormat, withClusters, withFleet, withOutput } from "./options.ts";
import { colored } from "./output.ts";

type Options = { fleet?: string; cluster?: readonly string[]; dryRun?: boolean; output: OutputFormat };

export function addRulesSync(rules: Command): void {
  const command = rules
    .command("sync")
    .description("bring the rules into clusters, under your own kubeconfig: a PrometheusRule where that is served, else a ConfigMap");
  withOutput(withClusters(withFleet(command)))
    .option("--dry-run", "show what would change, but apply nothing")
    .action(sync);
}

async function sync({ fleet: option, cluster, dryRun = false, output }: Options): Promise<void> {
  const { fleet, folder } = await loadValidFleet(option);
  const results: RulesSync[] = [];
  // One after the other, so that what is shown of one cluster stands together, and an interrupt leaves no cluster half done.
  for (const entry of selectClusters(fleet, { clusters: cluster }).clusters) {
    const result = await syncRules(entry, () => openManifests(entry.name, entry.kubernetes, folder), { dryRun, toYaml });
    results.push(result);
    if (output === "table") print(result);
  }
  if (output === "json") console.log(JSON.stringify({ clusters: results }, undefined, 2));
  process.exitCode = results.some(({ was }) => was === "refused") ? 1 : 0;
}

function toYaml(document: unknown): string {
  return stringify(document, { lineWidth: 0, sortMapEntries: true });
}

function print(result: RulesSync): void {
  const name = colored("bold", result.cluster);
  if ("object" in result)
    console.log([`${name}: ${result.object}: ${result.was}`, ...changedLines(result.before, result.after)].join("\n"));
  else console.error(`${name}: ${result.was}: ${result.message}${"code" in result ? `\n  ${remedies[result.code]}` : ""}`);
}

const CONTEXT = 2;

function changedLines(before: string, after: string): readonly string[] {
  const linesOf = (text: string) => (text === "" ? [] : text.trimEnd().split("\n"));
  // An operation says which of the two has the line: 1 the first, -1 the second, 0 both.
  const lines = diff(linesOf(after), linesOf(before));
  const isNear = (at: number) => lines.slice(Math.max(0, at - CONTEXT), at + CONTEXT + 1).some(([operation]) => operation !== 0);
  return lines.flatMap(([operation, line], at) => {
    if (operation !== 0) return [operation === 1 ? colored("green", `+ ${line}`) : colored("red", `- ${line}`)];
    return isNear(at) ? [`  ${line}`] : [];
  });
}
