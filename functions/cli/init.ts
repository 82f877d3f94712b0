// The command `init` writes a fleet file from the contexts of the user's kubeconfig, and says of each what is missing.

import { resolve } from "node:path";
import type { Command } from "commander";
import { Document, YAMLSeq } from "yaml";
import { connector } from "../cluster/connect.ts";
import { ConfigError, UpstreamError } from "../core/errors.ts";
import { parseFleet } from "../core/fleet/fleet.ts";
import { globOf } from "../core/fleet/selection.ts";
import { orNearest } from "../core/nearest.ts";
import type { ClusterOutcome } from "../core/outcome/outcome.ts";
import { kymaTelemetry } from "../core/profile/kyma-telemetry.ts";
import { kindsOf, type Profile } from "../core/profile/profile.ts";
import { firstFree, toLabel } from "../discover/names.ts";
import type { Client } from "../io/http/client.ts";
import { readGroups } from "../io/kubernetes/discovery.ts";
import { reconcileFleet } from "../reconcile/fleet.ts";
import { openAccess } from "./access.ts";
import { modeOf, shippedProfiles } from "./catalogue.ts";
import { counted } from "./output.ts";
import { kubeconfigFiles, type OwnContext, ownContexts } from "./own-contexts.ts";
import { showProgress } from "./progress.ts";
import { asTyped, printMessage, printResult, type Terminal } from "./terminal.ts";

type Options = { contexts?: string };
/** What a person has to answer about a cluster; some leave it paused until then. */
type Remark = { readonly text: string; readonly pauses?: true };
type Entry = { readonly name: string; readonly kubernetes: { readonly kubeconfig: { readonly file: string; readonly context: string } } };

export function declareInit(command: Command, terminal: Terminal): void {
  command
    .option("--contexts <glob>", "only the contexts of this name, such as 'prod-*' (default: all)")
    .action((options: Options) => init(terminal, options));
}

async function init(terminal: Terminal, { contexts: pattern = "*" }: Options): Promise<void> {
  const files = kubeconfigFiles(terminal.env);
  const all = await ownContexts(files);
  const contexts = all.filter(({ context }) => globOf(pattern).test(context));
  if (contexts.length === 0) throw new ConfigError(noContextText(pattern, all, files));
  const entries = entriesOf(contexts);
  const remarks = await lookUp(terminal, entries);
  if (terminal.signal.aborted) return;
  printResult(terminal, asTyped(terminal, fleetText(entries, remarks)));
  const open = [...remarks].filter(([, lines]) => lines.length > 0);
  for (const [name, lines] of open) for (const { text } of lines) printMessage(terminal, `${name}: ${text}`);
  printMessage(terminal, `${counted(entries.length, "cluster")}, of which ${open.length} need an answer; next: \`doctor --fleet FILE\``);
}

function noContextText(pattern: string, all: readonly OwnContext[], files: readonly string[]): string {
  if (all.length === 0) return `no context in ${files.join(", ")}: set KUBECONFIG, or let the command of your provider write one`;
  const names = all.map(({ context }) => context);
  return `no context ${pattern} in ${files.join(", ")}${orNearest([pattern], names) || `; there are ${names.slice(0, 5).join(", ")}`}`;
}

function entriesOf(contexts: readonly OwnContext[]): readonly Entry[] {
  const taken = new Set<string>();
  return contexts.map(({ file, context }) => {
    // The contexts of EKS are ARNs, which end with the cluster's own name.
    const name = firstFree([toLabel(context.replace(/^arn:.*:cluster\//, ""))], taken);
    taken.add(name);
    return { name, kubernetes: { kubeconfig: { file, context } } };
  });
}

/** What each cluster lacks, by a pass that writes nothing. */
async function lookUp(terminal: Terminal, clusters: readonly Entry[]): Promise<ReadonlyMap<string, readonly Remark[]>> {
  const access = openAccess(terminal, {});
  const clients = new Map<string, Client>();
  const onClient = (name: string, client: Client) => void clients.set(name, client);
  const progress = showProgress(terminal, clusters.length);
  try {
    const connect = connector({ ...access, folder: resolve("."), onClient });
    const outcomes = await reconcileFleet(parseFleet({ clusters }), { connect, dryRun: true, onOutcome: progress.step });
    const remarks = outcomes.map(async (outcome) => [outcome.cluster, await remarksOn(outcome, clients.get(outcome.cluster))] as const);
    return new Map(await Promise.all(remarks));
  } finally {
    progress.stop();
    await access.connections.close();
  }
}

async function remarksOn(
  { was, code, message, alerts, resources }: ClusterOutcome,
  client: Client | undefined,
): Promise<readonly Remark[]> {
  if (was !== "reconciled") return [{ text: [was, code, message].filter((part) => part !== undefined).join(": ") }];
  const groups = resources.length === 0 && client !== undefined ? await groupsOf(client) : undefined;
  if (groups !== undefined && !isServed(kymaTelemetry, groups)) return [{ text: await noKymaText(groups), pauses: true }];
  return alerts?.was === "unreadable" ? [{ text: `its alerts cannot be read: set \`alerts\` (${alerts.code}: ${alerts.message})` }] : [];
}

// A pass does not distinguish a cluster without the kinds from one without such resources.
async function groupsOf(client: Client): Promise<ReadonlySet<string> | undefined> {
  return readGroups(client).catch((error: unknown) => {
    if (!(error instanceof UpstreamError)) throw error;
    return undefined;
  });
}

function isServed(profile: Profile, groups: ReadonlySet<string>): boolean {
  return kindsOf([profile]).every(({ group }) => groups.has(group));
}

async function noKymaText(groups: ReadonlySet<string>): Promise<string> {
  const shipped = (await shippedProfiles()).filter(({ profile }) => isServed(profile, groups));
  const fitting = shipped.map((one) => (modeOf(one) === "observe" ? `${one.profile.name} (observed only)` : one.profile.name));
  const which = fitting.length === 0 ? "`profile list` shows those that there are" : `${fitting.join(", ")} would fit, by \`profile add\``;
  return `no Kyma here: which profile? ${which}; until then it is paused`;
}

function fleetText(entries: readonly Entry[], remarks: ReadonlyMap<string, readonly Remark[]>): string {
  const document = new Document({ clusters: [] });
  const list = new YAMLSeq();
  for (const entry of entries) {
    const lines = remarks.get(entry.name) ?? [];
    const node = document.createNode({ ...entry, ...(lines.some(({ pauses }) => pauses) && { paused: true }) });
    if (lines.length > 0) node.commentBefore = lines.map(({ text }) => ` ${text.replaceAll("\n", " ")}`).join("\n");
    list.add(node);
  }
  document.set("clusters", list);
  return document.toString({ lineWidth: 0 }).trimEnd();
}
