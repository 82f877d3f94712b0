// The command `profile add` prints a fleet file with a profile of the catalogue added, which clusters then use.

import type { Command } from "commander";
import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { fleetRules, readConfig } from "../config.ts";
import { ConfigError } from "../core/errors.ts";
import { parseFleet } from "../core/fleet/fleet.ts";
import { durationText } from "../core/time.ts";
import { warmUpMs } from "../core/verdict/proof.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText } from "../io/fleet/text.ts";
import { modeOf, shippedProfile } from "./catalogue.ts";
import { fleetUri, readFleetText, requireValid, withFleetInErrors } from "./fleet-source.ts";
import { collect, withFleet } from "./options.ts";
import { printMessage, type Terminal, textFor } from "./terminal.ts";

type Options = { fleet?: string; cluster?: readonly string[] };

export function declareProfileAdd(command: Command, terminal: Terminal): void {
  withFleet(command.argument("<name>", "a profile of the catalogue"))
    .option("-c, --cluster <name>", "a cluster that uses it; may be given more than once", collect)
    .addHelpText("after", "\nThe file is printed, and stays as it is: send the output to another one.")
    .action((name: string, options: Options) => add(terminal, name, options));
}

async function add(terminal: Terminal, name: string, { fleet, cluster = [] }: Options): Promise<void> {
  const { entry, profile } = await shippedProfile(name);
  const uri = fleetUri(terminal, fleet);
  const { text, folder } = await withFleetInErrors(uri, () => readFleetText(terminal, uri));
  // A kind that takes no condition is observed, whatever the mode of its cluster.
  const use = modeOf({ entry }) === "observe" ? { name, mode: "observe" } : name;
  const added = await withFleetInErrors(uri, async () => withProfile(text, { name, profile: entry.profiles[name], use }, cluster));
  const rules = { ...fleetRules(readConfig(terminal.env)), isRemote: folder === undefined };
  await withPlaceInErrors("the fleet with the new profile", async () => requireValid(parseFleet(await parseText(added), rules), added));
  terminal.stdout.write(textFor(terminal.stdout, terminal.env, added));
  printMessage(terminal, `${name} needs ${entry.needs}`);
  printMessage(terminal, `its first verdict comes once the rules have been evaluated for ${durationText(warmUpMs(profile))}`);
  if (entry.observe !== undefined) printMessage(terminal, `it is added in the mode observe. ${entry.observe}`);
}

type Addition = { readonly name: string; readonly profile: unknown; readonly use: string | object };

// The comments of the file stay, and the list of a cluster that names no profile begins with this one.
function withProfile(text: string, { name, profile, use }: Addition, clusters: readonly string[]): string {
  const document = parseDocument(text, { logLevel: "error" });
  if (document.hasIn(["profiles", name])) throw new ConfigError(`it has a profile ${name} already`);
  document.setIn(["profiles", name], document.createNode(profile, { aliasDuplicateObjects: false }));
  for (const cluster of clusters) useProfile(document, clusterIn(document, cluster), use);
  return document.toString({ lineWidth: 0 });
}

function clusterIn(document: Document, name: string): YAMLMap {
  const clusters = document.get("clusters");
  const found = isSeq(clusters) ? clusters.items.find((item) => isMap(item) && item.get("name") === name) : undefined;
  if (!isMap(found)) throw new ConfigError(`it has no cluster ${name}`);
  return found;
}

function useProfile(document: Document, cluster: YAMLMap, use: string | object): void {
  const used = cluster.get("profiles");
  if (isSeq(used)) used.add(document.createNode(use, { flow: true }));
  else cluster.set("profiles", document.createNode([use], { flow: true }));
}
