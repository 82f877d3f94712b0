// The command `rules render` prints the Prometheus rules of profiles, as a file or as an object, or what exports their conditions.

import { type Command, Option } from "commander";
import { ConfigError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { conditionType } from "../core/profile/mode.ts";
import type { NamedProfile } from "../core/profile/profile.ts";
import { renderStateMetrics } from "../rules/kube-state-metrics.ts";
import { type RuleGroups, renderRules } from "../rules/render.ts";
import { knownProfile } from "./catalogue.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { collect } from "./options.ts";
import { asYaml, MANIFESTS } from "./rules-formats.ts";
import { printResult, type Terminal } from "./terminal.ts";

type Options = {
  profile?: string;
  fleet?: string;
  by?: readonly string[];
  label?: readonly string[];
  without?: "keep_firing_for";
  format: keyof typeof FORMATS | typeof STATE_METRICS;
};

const STATE_METRICS = "kube-state-metrics";

const FORMATS = { rules: (groups: RuleGroups) => groups, ...MANIFESTS };

export function declareRulesRender(command: Command, terminal: Terminal): void {
  command
    .addOption(
      new Option("-p, --profile <name>", "a built-in profile, or one of the catalogue (default: kyma-telemetry)").conflicts("fleet"),
    )
    .option("-f, --fleet <file>", "the profiles that the clusters of this fleet use")
    .option(
      "--by <label>",
      "a label that every aggregation keeps, so that one Prometheus can distinguish clusters; may be given more than once",
      collect,
    )
    .option(
      "--label <key=value>",
      "a label that every alert gets, such as the cluster where Thanos asks sidecars; may be given more than once",
      collect,
    )
    .addOption(new Option("--without <field>", "a field that an older evaluator does not know").choices(["keep_firing_for"]))
    .addOption(
      new Option("--format <format>", "the format of the output").choices([...Object.keys(FORMATS), STATE_METRICS]).default("rules"),
    )
    .action((options: Options) => render(terminal, options));
}

async function render(terminal: Terminal, { profile, fleet, by = [], label = [], without, format }: Options): Promise<void> {
  const clusters = fleet === undefined ? [] : (await loadValidFleet(terminal, fleet)).fleet.clusters;
  const profiles = fleet === undefined ? [await knownProfile(profile ?? "kyma-telemetry")] : profilesOf(clusters);
  if (format === STATE_METRICS) return printResult(terminal, asYaml(stateMetricsOf(profiles, clusters)).trimEnd());
  const kept = clusters.flatMap(({ alerts }) => alerts.flatMap((source) => Object.keys(source.labels ?? {})));
  const groups = renderRules(profiles, {
    by: [...new Set([...by, ...kept])],
    labels: Object.fromEntries(label.map(parseLabel)),
    withoutKeepFiringFor: without === "keep_firing_for",
  });
  printResult(terminal, asYaml(FORMATS[format](groups)).trimEnd());
}

// In the mode `shadow`, a profile has a type of its own.
function stateMetricsOf(profiles: readonly NamedProfile[], clusters: readonly ClusterEntry[]): object {
  const used = clusters.flatMap((cluster) => cluster.profiles);
  return renderStateMetrics(
    profiles.map((profile) => {
      const modes = new Set(used.flatMap(({ name, mode }) => (name === profile.name ? [mode] : [])));
      const types = [...(modes.size === 0 ? (["own"] as const) : modes)].map((mode) => conditionType(profile, mode));
      return { profile, types };
    }),
  );
}

function parseLabel(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new ConfigError(`the label ${text} is not usable: write key=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function profilesOf(clusters: readonly ClusterEntry[]): readonly NamedProfile[] {
  return [...new Map(clusters.flatMap(({ profiles }) => profiles.map((profile) => [profile.name, profile]))).values()];
}
