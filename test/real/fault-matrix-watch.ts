// Watches what stands on pipelines through restarts of what evaluates, with outages that begin or end meanwhile.

import { setTimeout as sleep } from "node:timers/promises";
import type { Profile } from "../../functions/core/profile/profile.ts";
import { keptPace, playUntil } from "../support/pace.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { columns, memoryCluster } from "./fault-matrix-cluster.ts";
import { hurried, isOld, type Lab, PACE, rulesOf, until, untilRules } from "./fault-matrix-lab.ts";
import type { Evaluator } from "./fault-matrix-servers.ts";
import { at, counters, LOSSES, LOST, type Truth } from "./fault-matrix-sources.ts";
import { hurriedRules } from "./hurried-rules.ts";

/** A restart, what telemetry does before it and after it, and what that means for a condition. */
export type Restart = {
  readonly when: string;
  readonly before: Truth;
  readonly after: Truth;
  readonly stood: "True" | "False";
  readonly becomes: "True" | "False";
};

/** The first two and the last two are each gone through by one server, in this order. */
export const restarts: readonly Restart[] = [
  { when: "telemetry flows on", before: "flows", after: "flows", stood: "True", becomes: "True" },
  { when: "an outage begins meanwhile", before: "flows", after: "is lost", stood: "True", becomes: "False" },
  { when: "an outage goes on", before: "is lost", after: "is lost", stood: "False", becomes: "False" },
  { when: "an outage ends meanwhile", before: "is lost", after: "flows", stood: "False", becomes: "True" },
];

/** On what it starts again, and after how long: a gap in what it stored is longer than the window of the rates. */
export const starts = ["on what it stored", "after a gap in it", "on nothing"] as const;
export type Start = (typeof starts)[number];

type Sequences = { readonly evaluations: number; readonly statuses: readonly (readonly string[])[] };
/** What stood on each pipeline after each pass, how often the rules were evaluated meanwhile, and whether all of what is wrong counts. */
export type Watched = Sequences & { readonly keptPace: boolean };

// A restart is over long before the window of the rates is: behind a source that does not tell its start, that is what a verdict rests on.
const WINDOW_MS = 15_000;
const profile: Profile = { ...hurried, rules: { ...hurried.rules, window: `${WINDOW_MS}ms`, keepFiringFor: "15s" } };
const rules = hurriedRules(profile);

const EVALUATIONS = 5;
const PAUSE_MS = 500;

/** Leads servers of one kind through all restarts of one kind. */
export async function watchRestarts(lab: Lab, start: Start): Promise<ReadonlyMap<string, Watched>> {
  const halves = [restarts.slice(0, 2), restarts.slice(2)];
  const watched = await Promise.all(halves.map((half) => watchHalf(lab, start, half)));
  return new Map(watched.flatMap((half) => [...half]));
}

function watchHalf(lab: Lab, start: Start, restarts: readonly Restart[]): Promise<ReadonlyMap<string, Watched>> {
  return playUntil(
    () => watchOne(lab.part(), start, restarts),
    (watched) => [...watched.values()].every(({ keptPace }) => keptPace),
  );
}

async function watchOne(lab: Lab, start: Start, restarts: readonly Restart[]): Promise<ReadonlyMap<string, Watched>> {
  const traffic = await lab.traffic(counters(restarts[0]?.before ?? "flows"));
  const evaluator = await lab.start({ targets: traffic.targets, rules });
  const cluster = memoryCluster();
  const pass = async () => (await cluster.pass({ ...at(evaluator), profile })).filter(isJudged).map(({ status }) => status);
  const watched = new Map<string, Watched>();
  try {
    for (const restart of restarts) {
      await isOld(evaluator);
      if (restart.before === "is lost") await until(evaluator, LOST, LOSSES);
      await eventuallyAll(pass, restart.stood);
      await (start === "on nothing" ? evaluator.loseData() : (evaluator.crash ?? evaluator.kill)());
      if (start === "after a gap in it") await sleep(WINDOW_MS);
      traffic.flow(counters(restart.after));
      await evaluator.restart();
      // What asks an evaluator that was away for long is right to say that it knows nothing, until it has found it again.
      if (start === "after a gap in it") await untilRules(evaluator, (found) => found.length > 0);
      watched.set(restart.when, await watchOn(evaluator, pass, restart));
    }
    return watched;
  } finally {
    await cluster.close();
    await lab.close();
  }
}

// One of each flow that alerts decide on.
function isJudged({ column, stance }: { column: number; stance: string }): boolean {
  return stance === "nothing" && columns[column]!.worst !== "";
}

async function eventuallyAll(pass: () => Promise<readonly string[]>, status: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (let said = await pass(); said.some((one) => one !== status); said = await pass()) {
    if (performance.now() > deadline) throw new Error(`not everything became ${status}: ${said}`);
    await sleep(PAUSE_MS);
  }
}

async function watchOn(evaluator: Evaluator, pass: () => Promise<readonly string[]>, restart: Restart): Promise<Watched> {
  const sinceMs = Date.now();
  const seen = await watch(evaluator, pass, restart);
  const isRight = seen.statuses.every((sequence) => misjudgedIn(restart, sequence).length === 0);
  return { ...seen, keptPace: isRight || (await keptPace([evaluator], sinceMs, PACE)) };
}

// Until it has been evaluated often enough, and says what is so.
async function watch(evaluator: Evaluator, pass: () => Promise<readonly string[]>, { becomes }: Restart): Promise<Sequences> {
  const deadline = performance.now() + PATIENCE_MS;
  const evaluated = new Set<string>();
  const rounds: (readonly string[])[] = [];
  for (;;) {
    const said = await pass();
    rounds.push(said);
    for (const time of await evaluationsOf(evaluator)) evaluated.add(time);
    const isDone = evaluated.size >= EVALUATIONS && said.every((status) => status === becomes);
    if (isDone || performance.now() > deadline)
      return { evaluations: evaluated.size, statuses: said.map((_, column) => rounds.map((round) => round[column]!)) };
    await sleep(PAUSE_MS);
  }
}

async function evaluationsOf(evaluator: Evaluator): Promise<readonly string[]> {
  const rules = await rulesOf(evaluator).catch(() => []);
  const [first] = rules.filter(({ name }) => LOST.test(name));
  return first === undefined || first.lastEvaluation.startsWith("0001") ? [] : [first.lastEvaluation];
}

/** The statuses that were wrong: what stood may be kept until it is known better, and what is known better stays. */
export function misjudgedIn({ stood, becomes }: Restart, sequence: readonly string[]): readonly string[] {
  const known = stood === becomes ? -1 : sequence.indexOf(becomes);
  return sequence.filter((status, index) => status !== (known !== -1 && index >= known ? becomes : stood));
}
