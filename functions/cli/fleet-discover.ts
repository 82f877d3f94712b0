// The command `fleet discover` prints a fleet file with the clusters that an AWS account or a cluster's Secrets know.

import { type Command, InvalidArgumentError, Option } from "commander";
import { fleetRules, readConfig } from "../config.ts";
import type { FleetRules } from "../core/access/fleet-rules.ts";
import { ConfigError, remedies, UpstreamError } from "../core/errors.ts";
import { type ClusterEntry, parseFleet } from "../core/fleet/fleet.ts";
import { dnsLabel, region } from "../core/names.ts";
import { surveyEks } from "../discover/eks.ts";
import { surveyKubeconfigs } from "../discover/kubeconfigs.ts";
import { type Discovery, type Entry, matchClusters, type Survey, sourceOfCopy } from "../discover/match.ts";
import { shapeOf } from "../discover/secret-shapes.ts";
import { withPlaceInErrors } from "../io/fleet/source.ts";
import { parseText } from "../io/fleet/text.ts";
import { currentLogin, serverBehind } from "../io/kubernetes/own-kubeconfig.ts";
import { openAccess, openOwn, ownClient } from "./access.ts";
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
  namePattern?: string;
  key?: string;
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
      new Option("--name-pattern <pattern>", "also secrets of this name, its * is the name of the cluster, such as prod-*-access")
        .argParser(parsePattern)
        .implies({ kubeconfigSecrets: true }),
    )
    .addOption(
      new Option("--key <key>", "the key of the kubeconfig in secrets of --name-pattern, or else of any name (default: kubeconfig)")
        .argParser(parseKey)
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
  if (surveys.some(({ isRead }) => isRead)) {
    const text = withClusters(place.text, discovery.added);
    // The new entries may not fit the defaults of the file.
    await withPlaceInErrors("the fleet with the new clusters", () => parseWhole(text, place.rules));
    terminal.stdout.write(textFor(terminal.stdout, terminal.env, text));
  }
  for (const line of lines(discovery, surveys)) printMessage(terminal, line);
  terminal.exitCode = discovery.unsure.length > 0 || surveys.some(({ refused }) => refused.length > 0) ? 1 : 0;
}

async function openPlace(terminal: Terminal, uri: string | undefined) {
  const known = fleetRules(readConfig(terminal.env));
  if (uri === undefined) return { text: "clusters: []\n", clusters: [], rules: known };
  return withFleetInErrors(uri, async () => {
    const { text, folder } = await readFleetText(terminal, uri);
    const rules: FleetRules = { ...known, isRemote: folder === undefined };
    const { clusters } = await parseWhole(text, rules);
    return { text, clusters: await Promise.all(clusters.map((entry) => located(entry, folder))), rules };
  });
}

// Where a cluster is that the fleet reaches by a kubeconfig; not known where that cannot be read.
async function located(entry: ClusterEntry, folder: string | undefined): Promise<Entry> {
  if (!("kubeconfig" in entry.kubernetes) || sourceOfCopy(entry.kubernetes) !== undefined) return entry;
  try {
    return { ...entry, server: await serverBehind(entry.kubernetes.kubeconfig, folder) };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return entry;
  }
}

async function parseWhole(text: string, rules: FleetRules) {
  const fleet = parseFleet(await parseText(text), rules);
  requireValid(fleet, text);
  return fleet;
}

async function survey(terminal: Terminal, options: Options): Promise<readonly Survey[]> {
  const { eks, region, tag, kubeconfigSecrets } = options;
  if (!eks && !kubeconfigSecrets) throw new ConfigError("no place to search: give --eks or --kubeconfig-secrets");
  return [
    ...(eks ? [await surveyEks({ regions: region ?? [], tags: tag ?? {} }, (total) => showProgress(terminal, total))] : []),
    ...(kubeconfigSecrets ? [await surveySecrets(terminal, options)] : []),
  ];
}

async function surveySecrets(terminal: Terminal, { namespace, namePattern, key, stage }: Options): Promise<Survey> {
  const { connections } = openAccess(terminal, {});
  const shapes = namePattern === undefined && key === undefined ? [] : [shapeOf(namePattern ?? "*", key ?? "kubeconfig")];
  const open = async () => ownClient(connections, await currentLogin(openOwn(terminal)));
  try {
    return await surveyKubeconfigs(open, { namespace, shapes, stage: stage ?? readConfig(terminal.env).stage ?? "dev" });
  } finally {
    await connections.close();
  }
}

function* lines({ added, known, unsure }: Discovery, surveys: readonly Survey[]): Generator<string> {
  for (const { found, entry } of added) yield `added    ${entry.name} (${found.name} in ${found.within})`;
  for (const { found, as } of known) yield `known    ${as} (${found.name} in ${found.within})`;
  for (const { found, as } of unsure) yield `unsure   ${as} (${found.name} in ${found.within}): ${UNSURE}`;
  for (const { skipped, refused } of surveys) {
    yield* skipped.map((line) => `skipped  ${line}`);
    yield* refused.map(({ code, message }) => `refused  ${message}\n  ${remedies[code]}`);
  }
  if (!surveys.some(({ isRead }) => isRead)) return;
  yield `found ${counted(added.length + known.length, "cluster")}: ${added.length} added, ${known.length} known already`;
  if (added.some(({ entry }) => "kubeconfig" in entry.kubernetes)) yield TO_COPY;
  const passedOver = surveys.flatMap((survey) => survey.passedOver);
  if (passedOver.length > 0) yield passedOverText(passedOver);
}

const UNSURE = "the fleet has one of that name, whose kubeconfig cannot be read here: compare their servers";
const SHOWN = 3;

function passedOverText(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  const what = `passed over ${counted(names.length, "secret")} that look${names.length === 1 ? "s" : ""} like a kubeconfig`;
  return `${what}: ${names.slice(0, SHOWN).join(", ")}${more}\n  name them by --name-pattern and --key, if they lead to clusters`;
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

function parsePattern(value: string): string {
  if (!/^[a-z0-9.-]*\*[a-z0-9.-]*$/.test(value))
    throw new InvalidArgumentError("write the name of a secret with one *, such as prod-*-access");
  return value;
}

function parseKey(value: string): string {
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(value)) throw new InvalidArgumentError("write a key of a secret, such as kubeconfig");
  return value;
}

function parseStage(value: string): string {
  if (!/^[\w-]{1,64}$/.test(value)) throw new InvalidArgumentError("write the name of a stage, such as prod");
  return value;
}
