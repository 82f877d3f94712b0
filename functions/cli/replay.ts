// The command `replay` shows what would have been said of the resources of a cluster, by what its Prometheus remembers.

import v8 from "node:v8";
import { type Command, Option } from "commander";
import pLimit from "p-limit";
import { clock } from "../clock.ts";
import { ConfigError, failureOf, UpstreamError } from "../core/errors.ts";
import type { ParsedFleet } from "../core/fleet/fleet.ts";
import { selectClusters } from "../core/fleet/selection.ts";
import type { NamedProfile } from "../core/profile/profile.ts";
import { parseDurationMs, parseTimeMs } from "../core/time.ts";
import { pageOf } from "../replay/page.ts";
import type { Origin } from "../replay/record.ts";
import { type ClusterReplay, type ReplayQuestion, replayCluster } from "../replay/replay.ts";
import { reportOf } from "../replay/report.ts";
import { openAccess } from "./access.ts";
import { attentionLines } from "./attention-output.ts";
import { parseResourceName } from "./explain.ts";
import { loadValidFleet } from "./fleet-source.ts";
import { untilInterrupted } from "./interrupt.ts";
import { parseInterval, type SelectionOptions, withLogins, withSelection } from "./options.ts";
import { widthOf } from "./print-output.ts";
import { showAnswers, showProgress } from "./progress.ts";
import { STORED, storedSince } from "./replay-stored.ts";
import { replayText } from "./replay-text.ts";
import { printJson, printMessage, printResult, type Terminal } from "./terminal.ts";

type Options = SelectionOptions & {
  fleet?: string;
  trustFleet?: boolean;
  since: string;
  until?: string;
  step?: number;
  profile?: string;
  against?: string;
  stage?: string;
  from: Origin;
  output: "table" | "json" | "html";
};

export function declareReplay(command: Command, terminal: Terminal): void {
  withSelection(withLogins(command.argument("[resource]")))
    .option("--since <time>", "when the stretch begins: how long before its end, such as 7d, or when", "7d")
    .option("--until <time>", "when the stretch ends: how long ago, such as 1h, or when (default: now)")
    .option("--step <interval>", "how often the past is looked at (default: as often as the rules are evaluated)", parseInterval)
    .option("-p, --profile <name>", "a profile in place of those of the cluster")
    .option("--against <name>", `a profile whose verdicts are held against those of the first; ${STORED}: what stood in the conditions`)
    .option("--stage <name>", `the stage whose history tells what was stored, beside kube-state-metrics (default: STAGE)`)
    .addOption(
      new Option("--from <origin>", "what was recorded of the alerts, or what their expressions say")
        .choices(["alerts", "expr"])
        .default("alerts"),
    )
    .addOption(new Option("-o, --output <format>", "how results are printed").choices(["table", "json", "html"]).default("table"))
    .action((resource: string | undefined, options: Options) => replay(terminal, resource, options));
}

// A replay allocates much and keeps little: a young generation that grows with what passes through it would be a third of its memory.
const MEMORY = "--semi-space-growth-factor=1";

async function replay(terminal: Terminal, resource: string | undefined, options: Options): Promise<void> {
  v8.setFlagsFromString(MEMORY);
  const { fleet, folder } = await loadValidFleet(terminal, options.fleet);
  const { clusters } = selectClusters(fleet, { clusters: options.cluster, selector: options.selector });
  const asked = questionOf(fleet, resource, options);
  const names = clusters.map(({ name }) => name);
  const question: ReplayQuestion =
    options.against === STORED
      ? { ...asked, against: { stored: await storedSince(terminal, options.stage, asked.sinceMs, names) } }
      : asked;
  const access = { ...openAccess(terminal, options), folder, clock };
  const progress = clusters.length > 1 ? showProgress(terminal, clusters.length) : undefined;
  const answers = showAnswers(terminal);
  const done: ClusterReplay[] = [];
  const replaying = pLimit(CONCURRENCY).map(clusters, async (entry) => {
    const onAnswer = progress === undefined ? () => answers.step(entry.name) : undefined;
    const one = await orFailed(entry.name, question, () => replayCluster(entry, question, { ...access, onAnswer }));
    if (!terminal.signal.aborted) done.push(one);
    progress?.step();
  });
  await untilInterrupted(terminal.signal, replaying, 0);
  progress?.stop();
  answers.stop();
  await access.connections.close();
  print(
    terminal,
    done.toSorted((one, other) => names.indexOf(one.cluster) - names.indexOf(other.cluster)),
    options.output,
  );
  if (done.some(({ was, unlisted }) => was !== "reconciled" || unlisted.length > 0)) terminal.exitCode = 1;
  if (resource !== undefined && !done.some(({ profiles }) => profiles.some(({ resources }) => resources.length > 0))) {
    printMessage(terminal, `error: there is no ${resource} in ${names.join(", ")}`);
    terminal.exitCode = 1;
  }
}

// What a source has to compute for each of them is much.
const CONCURRENCY = 4;
// The last evaluation has to be stored before it can be asked for.
const SETTLED_MS = 5_000;

function questionOf(fleet: ParsedFleet, resource: string | undefined, options: Options): ReplayQuestion {
  const nowMs = clock.nowMs() - SETTLED_MS;
  const untilMs = options.until === undefined ? nowMs : parseMoment(options.until, nowMs);
  const sinceMs = parseMoment(options.since, untilMs);
  if (!(sinceMs < untilMs)) throw new ConfigError(`--since ${options.since} is not before the end of the stretch`);
  return {
    sinceMs,
    untilMs,
    stepMs: options.step,
    origin: options.from,
    isWanted: parseResourceName(resource),
    ...(options.profile && { profiles: [profileOf(fleet, options.profile)] }),
    ...(options.against && options.against !== STORED && { against: profileOf(fleet, options.against) }),
  };
}

// `7d` is a week before the other end of the stretch.
function parseMoment(text: string, endMs: number): number {
  const ms = parseDurationMs(text);
  const atMs = Number.isNaN(ms) ? parseTimeMs(text) : endMs - ms;
  if (Number.isNaN(atMs))
    throw new ConfigError(`${text} is no time: write how long ago, such as 7d or 12h, or a time such as 2026-11-20T08:00:00Z`);
  return atMs;
}

function profileOf({ profiles }: ParsedFleet, name: string): NamedProfile {
  const profile = profiles.find((one) => one.name === name);
  if (profile === undefined) throw new ConfigError(`there is no profile ${name}; known are ${profiles.map((one) => one.name).join(", ")}`);
  return profile;
}

async function orFailed(cluster: string, question: ReplayQuestion, replaying: () => Promise<ClusterReplay>): Promise<ClusterReplay> {
  try {
    return await replaying();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const { sinceMs, untilMs, stepMs = 0, origin } = question;
    const was = error.code === "forbidden" ? "forbidden" : "unreachable";
    return { cluster, was, ...failureOf(error), unlisted: [], sinceMs, untilMs, stepMs, origin, profiles: [] };
  }
}

function print(terminal: Terminal, clusters: readonly ClusterReplay[], output: Options["output"]): void {
  const width = widthOf(terminal, { output: "table" });
  if (output === "json") printJson(terminal, reportOf(clusters), 2);
  else if (output === "html") printResult(terminal, pageOf(clusters));
  else printResult(terminal, replayText(clusters, width));
  for (const line of attentionLines(
    clusters.map((one) => ({ ...one, resources: [], ms: 0 })),
    width,
  ))
    printMessage(terminal, line);
}
