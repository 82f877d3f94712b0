// The command `explain` shows why each resource of a cluster gets its verdict.

import type { Command } from "commander";
import { type ClusterExplanation, explainCluster, type ResourceExplanation } from "../cluster/explain.ts";
import { ConfigError } from "../core/errors.ts";
import { isPaused, pauseText } from "../core/fleet/pause.ts";
import { orNearest } from "../core/nearest.ts";
import { isAllWell } from "../core/outcome/attention.ts";
import { hasSeveralProfiles, resourceName } from "../core/outcome/outcome.ts";
import type { Explanation } from "../core/verdict/explain.ts";
import type { RowExplanation } from "../core/verdict/explain-rows.ts";
import type { Verdict } from "../core/verdict/verdict.ts";
import { attentionLines } from "./attention-output.ts";
import { withCluster } from "./one-cluster.ts";
import { type OutputOptions, withLogins, withOutput } from "./options.ts";
import { colored, coloredStatus } from "./output.ts";
import { isTable, printOutput, widthOf } from "./print-output.ts";
import { tableText } from "./table.ts";
import { printMessage, sanitizeForTerminal, type Terminal } from "./terminal.ts";

type Options = OutputOptions & { fleet?: string; trustFleet?: boolean; cluster: string };

export function declareExplain(command: Command, terminal: Terminal): void {
  withOutput(withLogins(command.argument("[resource]")))
    .requiredOption("-c, --cluster <name>", "the cluster to explain")
    .addHelpText(
      "after",
      "\nA resource is written KIND/NAME or KIND/NAMESPACE/NAME, such as tracepipeline/backend; without one, all are explained.",
    )
    .action((resource: string | undefined, options: Options) => explain(terminal, resource, options));
}

async function explain(terminal: Terminal, resource: string | undefined, options: Options): Promise<void> {
  const isRequested = parseResourceName(resource);
  const explanation = await withCluster(terminal, options, async (entry, cluster, client) => {
    const isNow = isPaused(entry.paused, client.clock.nowMs());
    const paused = isNow ? (pauseText(entry.paused) ?? "until the fleet file says otherwise") : undefined;
    return { ...(paused !== undefined && { paused }), ...(await explainCluster(entry, cluster, client)) };
  });
  const resources = explanation.resources.filter(isRequested);
  if (terminal.signal.aborted) return;
  print(terminal, { ...explanation, resources }, options);
  if (explanation.paused !== undefined && isTable(options))
    printMessage(terminal, `${colored("bold", explanation.cluster)}: paused ${explanation.paused}: no function reads it`);
  if (resource !== undefined && resources.length === 0) printMessage(terminal, missingText(explanation, resource));
  const isWell = isAllWell([{ ...explanation, resources: [], ms: 0 }]);
  terminal.exitCode = isWell && (resource === undefined || resources.length > 0) ? 0 : 1;
}

function missingText({ cluster, resources }: ClusterExplanation, resource: string): string {
  const names = resources.map(resourceName);
  return `error: ${cluster} has no ${resource}${orNearest([resource], names) || (names.length === 0 ? "; it has none at all" : "")}`;
}

type Named = { readonly kind: string; readonly name: string; readonly namespace?: string };

/** Whether a resource is the one that a person wrote as KIND/NAME or KIND/NAMESPACE/NAME; every one is where nothing is written. */
export function parseResourceName(text: string | undefined): (resource: Named) => boolean {
  if (text === undefined) return () => true;
  const [, kind = "", namespace, name] = /^([A-Za-z]+)\/(?:([^/]+)\/)?([^/]+)$/.exec(text) ?? [];
  if (name === undefined)
    throw new ConfigError(`${text} is not a resource: write KIND/NAME or KIND/NAMESPACE/NAME, such as tracepipeline/backend`);
  const kindOrPlural = kind.toLowerCase();
  return (resource) =>
    resource.name === name &&
    (namespace === undefined || resource.namespace === namespace) &&
    [resource.kind.toLowerCase(), `${resource.kind.toLowerCase()}s`].includes(kindOrPlural);
}

function print(terminal: Terminal, explanation: ClusterExplanation, options: OutputOptions): void {
  const { cluster, resources } = explanation;
  const width = widthOf(terminal, options);
  const isOfSeveral = hasSeveralProfiles(resources);
  const shown = resources.map(({ profile, ...resource }) => ({ ...resource, ...(isOfSeveral && { profile }) }));
  const text = shown.map((resource) => explanationText(cluster, resource, width)).join("\n\n");
  const names = resources.map((resource) => `${cluster} ${resourceName(resource)}`);
  printOutput(terminal, options, { document: explanation, names, table: text });
  if (!isTable(options)) return;
  for (const line of attentionLines([{ ...explanation, resources: [], ms: 0 }])) printMessage(terminal, line);
}

/** The explanation of one resource, in so many columns: its gates, its rows with the worst first, the verdict, and the patch of a pass. */
export function explanationText(cluster: string, explanation: ResourceExplanation, width = Number.POSITIVE_INFINITY): string {
  const { condition, profile, gates, rows } = explanation;
  const title = colored("bold", sanitizeForTerminal(resourceName(explanation)));
  const sections = [
    `${title} of ${cluster}, condition ${condition}${profile === undefined ? "" : ` of ${profile}`}`,
    { columns: GATE, rows: gates.map((gate) => [gate.condition, gate.stops ? "stops here" : "open"]) },
    { columns: ROW, rows: rows.map(rowCells) },
    { columns: VERDICT, rows: verdictRows(explanation) },
  ];
  const shown = sections.filter((one) => typeof one === "string" || one.rows.length > 0);
  return shown.map((one) => (typeof one === "string" ? one : tableText(one, width))).join("\n\n");
}

// Where it is narrow, what decides stays longest.
const GATE = [{ head: "GATE" }, { head: "STATE" }];
const ROW = [
  { head: "ALERT" },
  { head: "REASON", drop: 2 },
  { head: "STATE", wraps: true },
  { head: "SINCE", drop: 1 },
  { head: "VALUE", drop: 3 },
  { head: "RULE", drop: 4, wraps: true },
];
const VERDICT = [{ head: "VERDICT" }, { head: "", wraps: true }];

function rowCells(row: RowExplanation): readonly string[] {
  return [row.alert, row.reason, stateText(row), secondsOf(row.since), valueText(row.value), ruleText(row)];
}

function stateText({ state, obstacle }: RowExplanation): string {
  if (obstacle === undefined) return state;
  const { label = "its row", value, wanted = "none" } = obstacle;
  return `${state}: ${label} is ${value ?? "not there"}, and here ${wanted}`;
}

function ruleText({ rule }: RowExplanation): string {
  if (rule === undefined) return "-";
  const { health, lastEvaluation, lastError } = rule;
  const evaluated = lastEvaluation === undefined ? health : `${health}, evaluated ${secondsOf(lastEvaluation)}`;
  return lastError === undefined ? evaluated : `${evaluated}: ${lastError.slice(0, MAX_ERROR)}`;
}

const MAX_ERROR = 150;

// As the sources write times, to the nanosecond.
function secondsOf(time: string | undefined): string {
  return time?.replace(/\.\d+/, "") ?? "-";
}

function valueText(value: string | undefined): string {
  if (value === undefined) return "-";
  return Number.isFinite(Number(value)) ? String(Number(Number(value).toPrecision(4))) : value;
}

function verdictRows(explanation: ResourceExplanation): readonly (readonly string[])[] {
  const { verdict } = explanation;
  if ("skipped" in verdict) return [["left alone", verdict.skipped]];
  return [
    ["status", coloredStatus(verdict.status)],
    ["reason", verdict.reason],
    ["message", verdict.message],
    ["because", verdict.because.join(", ") || "nothing fires"],
    ...(explanation.warmingUpUntil === undefined
      ? []
      : [["until", `${explanation.warmingUpUntil}: then the source is old enough to tell`]]),
    ["patch", patchText(explanation, verdict)],
  ];
}

const UNWRITTEN = {
  observe: "not written in the mode observe",
  paused: "not written while the cluster is paused",
  forbidden: "not written: this login may not patch the status",
} as const;

function patchText({ unwritten, ...explanation }: ResourceExplanation, verdict: Verdict): string {
  const text = changeText(explanation, verdict);
  return unwritten === undefined || explanation.patch === undefined ? text : `${UNWRITTEN[unwritten]}: ${text}`;
}

function changeText({ before, left, writer, patch }: Explanation, verdict: Verdict): string {
  const current = before === undefined ? "not there" : `${before.status} ${before.reason}`;
  if (left === "young") return `none: the source is too young to say otherwise than ${current}`;
  if (left === "contested") return `none for now: ${writer ?? "another writer"} has just written ${current}`;
  return patch === undefined ? "none: the condition says so already" : `${current} → ${verdict.status} ${verdict.reason}`;
}
