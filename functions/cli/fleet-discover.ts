// The command `fleet discover` prints a fleet file with the clusters that an AWS account or a cluster's Secrets know.

import { type Command, InvalidArgumentError, Option } from "commander";
import { fleetRules, readConfig } from "../config.ts";
import type { FleetRules } from "../core/access/fleet-rules.ts";
import { ConfigError, remedies } from "../core/errors.ts";
import { parseFleet } from "../core/fleet/fleet.ts";
import { dnsLabel, region } from "../core/names.ts";
import { surveyEks } from "../discover/eks.ts";
import { surveyKubeconfigs } from "../discover/kubeconfigs.ts";
import { type Discovery, matchClusters, type Survey } from "../discover/match.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText } from "../io/fleet/text.ts";
import { withClusters } from "./fleet-additions.ts";
import { readFleetText, requireValid, withFleetInErrors } from "./fleet-source.ts";
import { counted } from "./output.ts";
import { showProgress } from "./progress.ts";
import { printMessage, type Terminal, textFor } from "./terminal.ts";

type Tags = Readonly<Record<string, string>>;
type Options = {
  eks?: boolean;
  region?: readonly string[];
  tag?: Tags;
  kubeconfigSecrets?: boolean;
  namespace?: string;
  stage?: string;
  fleet?: string;
};

export function declareFleetDiscover(command: Command, terminal: Terminal): void {
  const eks = (option: Option) => option.implies({ eks: true });
  command
    .option("--eks", "the clusters of Amazon EKS in your account")
    .addOption(
      eks(
        new Option("--region <region>", "a region to search (default: your own region); may be given more than once").argParser(addRegion),
      ),
    )
    .addOption(eks(new Option("--tag <key=value>", "only clusters with this tag; may be given more than once").argParser(addTag)))
    .option("--kubeconfig-secrets", "the clusters whose kubeconfigs the cluster of your current context keeps in secrets")
    .addOption(
      new Option("--namespace <name>", "only its secrets (default: all namespaces)")
        .argParser(parseLabel)
        .implies({ kubeconfigSecrets: true }),
    )
    .addOption(
      new Option("--stage <name>", "the stage whose parameters hold the kubeconfigs (default: STAGE, or dev)").argParser(parseStage),
    )
    .option("-f, --fleet <place>", "print this fleet file with the new clusters added; send the output to another file")
    .action((options: Options) => discover(terminal, options));
}

async function discover(terminal: Terminal, { fleet, ...options }: Options): Promise<void> {
  const place = await openPlace(terminal, fleet);
  const surveys = await survey(terminal, options);
  const discovery = matchClusters(
    place.clusters,
    surveys.flatMap(({ found }) => found),
  );
  const text = withClusters(place.text, discovery.added);
  // The new entries may not fit the defaults of the file.
  await withPlaceInErrors("the fleet with the new clusters", () => parseWhole(text, place.rules));
  terminal.stdout.write(textFor(terminal.stdout, terminal.env, text));
  for (const line of lines(discovery, surveys)) printMessage(terminal, line);
  terminal.exitCode = surveys.some(({ refused }) => refused.length > 0) ? 1 : 0;
}

async function openPlace(terminal: Terminal, uri: string | undefined) {
  const known = fleetRules(readConfig(terminal.env));
  if (uri === undefined) return { text: "clusters: []\n", clusters: [], rules: known };
  return withFleetInErrors(uri, async () => {
    const { text, folder } = await readFleetText(terminal, uri);
    const rules: FleetRules = { ...known, isRemote: folder === undefined };
    return { text, clusters: (await parseWhole(text, rules)).clusters, rules };
  });
}

async function parseWhole(text: string, rules: FleetRules) {
  const fleet = parseFleet(await parseText(text), rules);
  requireValid(fleet, text);
  return fleet;
}

async function survey(terminal: Terminal, options: Options): Promise<readonly Survey[]> {
  const { eks, region, tag, kubeconfigSecrets, namespace, stage } = options;
  if (!eks && !kubeconfigSecrets) throw new ConfigError("no place to search: give --eks or --kubeconfig-secrets");
  return [
    ...(eks ? [await surveyEks({ regions: region ?? [], tags: tag ?? {} }, (total) => showProgress(terminal, total))] : []),
    ...(kubeconfigSecrets ? [await surveyKubeconfigs({ namespace, stage: stage ?? readConfig(terminal.env).stage ?? "dev" })] : []),
  ];
}

function* lines({ added, known }: Discovery, surveys: readonly Survey[]): Generator<string> {
  for (const { found, entry } of added) yield `added    ${entry.name} (${found.name} in ${found.within})`;
  for (const { found, as } of known) yield `known    ${as} (${found.name} in ${found.within})`;
  for (const { skipped, refused } of surveys) {
    yield* skipped.map((line) => `skipped  ${line}`);
    yield* refused.map(({ code, message }) => `refused  ${message}\n  ${remedies[code]}`);
  }
  yield `found ${counted(added.length + known.length, "cluster")}: ${added.length} added, ${known.length} known already`;
  if (added.some(({ entry }) => "kubeconfig" in entry.kubernetes)) yield TO_COPY;
}

const TO_COPY =
  "Copy the kubeconfigs into the Parameter Store, by the command above each cluster. Their users may do anything: infra/cluster/rbac.yml is all that alertstatus needs.";

function addRegion(value: string, previous: readonly string[] = []): readonly string[] {
  if (!region.safeParse(value).success) throw new InvalidArgumentError("write an AWS region, such as eu-central-1");
  return [...previous, value];
}

function addTag(value: string, previous: Tags = {}): Tags {
  const [, key, tag] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
  if (key === undefined || tag === undefined) throw new InvalidArgumentError("write key=value");
  return { ...previous, [key]: tag };
}

function parseLabel(value: string): string {
  if (!dnsLabel.safeParse(value).success) throw new InvalidArgumentError("write the name of a namespace");
  return value;
}

function parseStage(value: string): string {
  if (!/^[\w-]{1,64}$/.test(value)) throw new InvalidArgumentError("write the name of a stage, such as prod");
  return value;
}
