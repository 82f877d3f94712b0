// The command `profile list` prints the built-in profiles, those of the catalogue, and those of a fleet.

import type { Command } from "commander";
import { builtInProfiles } from "../core/profile/built-in.ts";
import { kindsOf, type NamedProfile } from "../core/profile/profile.ts";
import { shippedProfiles } from "./catalogue.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { type OutputOptions, withOutput } from "./options.ts";
import { printOutput } from "./print-output.ts";
import type { Terminal } from "./terminal.ts";

type Options = OutputOptions & { fleet?: string };

const COLUMNS = [{ head: "NAME" }, { head: "CONDITION" }, { head: "ALERTS" }, { head: "KINDS", drop: 1 }];

export function declareProfileList(command: Command, terminal: Terminal): void {
  withOutput(command.option("-f, --fleet <place>", "the profiles that the clusters of this fleet use, too")).action((options: Options) =>
    list(terminal, options),
  );
}

async function list(terminal: Terminal, options: Options): Promise<void> {
  const used =
    options.fleet === undefined ? [] : (await loadValidFleet(terminal, options.fleet)).fleet.clusters.flatMap(({ profiles }) => profiles);
  const builtIn = Object.entries(builtInProfiles).map(([name, profile]) => ({ ...profile, name }));
  const shipped = (await shippedProfiles()).map(({ profile }) => profile);
  const profiles = [...new Map([...builtIn, ...shipped, ...used].map((profile) => [profile.name, profile])).values()];
  const documents = profiles.map((profile) => ({
    name: profile.name,
    condition: profile.condition,
    alerts: alertsOf(profile),
    kinds: kindNames(profile),
  }));
  const rows = documents.map(({ name, condition, alerts, kinds }) => [name, condition, String(alerts.length), kinds]);
  printOutput(terminal, options, {
    document: { profiles: documents },
    names: documents.map(({ name }) => name),
    table: { columns: COLUMNS, rows },
  });
}

function alertsOf({ flows }: NamedProfile): readonly string[] {
  return [...new Set(flows.flatMap((flow) => ("rows" in flow ? flow.rows.map(({ alert }) => alert) : [])))];
}

function kindNames(profile: NamedProfile): readonly string[] {
  return kindsOf([profile]).map(({ plural, group }) => (group === "" ? plural : `${plural}.${group}`));
}
