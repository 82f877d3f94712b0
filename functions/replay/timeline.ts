// Lets the judge of every pass look at each step of the past at which something changes.

import { knowledgeOf } from "../cluster/cluster.ts";
import { findCondition, type Resource } from "../core/kubernetes/resource.ts";
import { conditionType } from "../core/profile/mode.ts";
import type { Profile } from "../core/profile/profile.ts";
import type { Alert, Reading } from "../core/prometheus/alert.ts";
import { timeText } from "../core/time.ts";
import { coversKind } from "../core/verdict/matching.ts";
import { type Planner, planWith } from "../core/verdict/plan.ts";
import { warmUpMs } from "../core/verdict/proof.ts";
import type { Skipped, Verdict } from "../core/verdict/verdict.ts";
import type { Era } from "./eras.ts";
import { type Grid, type Run, timeAt } from "./grid.ts";
import { type Past, readingAt, type Track } from "./past.ts";

export type Status = Verdict["status"];

/** A stretch in which a condition had the same status and reason. */
export type Stand = { readonly run: Run; readonly status: Status; readonly reason: string };

/** A stretch in which a condition said the same, because of the same. */
export type Span = Stand & {
  readonly because: readonly string[];
  /** What decided: the kind of it, and the alert, the gate or the findings. */
  readonly by: Verdict["decidedBy"]["by"] | "gap";
  readonly what: string;
};

/** What would have been said of one resource; no spans where it is skipped. */
export type Timeline = { readonly resource: Resource; readonly spans: readonly Span[]; readonly skipped?: Skipped["skipped"] };

// Beside what other writers have in the condition itself.
const MODE = "shadow";

/** All resources of a cluster, which of them are replayed, and what is known of the conditions behind their gates. */
export type Replayable = {
  readonly resources: readonly Resource[];
  readonly isReplayed: (resource: Resource) => boolean;
  readonly gatesOf?: (resource: Resource, type: string) => readonly Stand[];
};

/** One timeline for each wanted resource that the profile covers, all on the grid of the pasts. */
export function timelinesOf(profile: Profile, { resources, isReplayed, gatesOf }: Replayable, pasts: readonly Past[]): readonly Timeline[] {
  const [{ grid } = { grid: undefined }] = pasts;
  if (grid === undefined) return [];
  const acting = { ...profile, mode: MODE } as const;
  const covered = resources.filter((resource) => isReplayed(resource) && coversKind(profile, resource));
  const replayed = covered.map((resource) => begin(profile, resource, gatesOf));
  const sources = pasts.map((past) => openSource(past, warmUpMs(profile)));
  const borders = replayed.flatMap(({ gates }) => gates.flatMap(({ stands }) => stands.flatMap(({ run }) => run)));
  for (const index of changesOf(grid, sources, borders)) {
    const readings = sources.map((source) => source.at(index));
    const known = knowledgeOf(
      [acting],
      resources,
      readings.map(({ reading }) => reading),
    );
    const plan = planWith([acting], known, () => timeText(timeAt(grid, index)));
    const gap = readings.every(({ why }) => why !== undefined) ? readings[0]?.why : undefined;
    for (const one of replayed) advance(one, plan, index, gap);
  }
  return replayed.map(({ initial, spans, skipped }) => ({
    resource: initial,
    spans: closed(spans, grid.count),
    ...(skipped && { skipped }),
  }));
}

type Source = { readonly changes: ReadonlySet<number>; at(index: number): { readonly reading: Reading; readonly why?: string } };

function changesOf({ count }: Grid, sources: readonly Source[], borders: readonly number[]): readonly number[] {
  const all = new Set([...sources.flatMap(({ changes }) => [...changes]), ...borders]);
  return [...all].filter((index) => index < count).sort((one, other) => one - other);
}

// Moments are asked for in their order.
function openSource(past: Past, oldMs: number): Source {
  const { grid, eras, tracks } = past;
  const changes = new Set(eras.flatMap(({ run: [from, to], startedMs }) => [from, warmAt(grid, startedMs + oldMs, from, to)]));
  const starts = new Map<number, Track[]>();
  const ends = new Map<number, Track[]>();
  for (const track of tracks)
    for (const [from, to] of track.runs) {
      push(starts, from, track);
      push(ends, to, track);
    }
  for (const index of [...starts.keys(), ...ends.keys()]) changes.add(index);
  const active = new Set<Track>();
  let era = 0;
  let said: ReturnType<Source["at"]> | undefined;
  return {
    changes,
    at(index) {
      if (said !== undefined && !changes.has(index)) return said;
      for (const track of ends.get(index) ?? []) active.delete(track);
      for (const track of starts.get(index) ?? []) active.add(track);
      while ((eras[era]?.run[1] ?? Number.POSITIVE_INFINITY) <= index) era++;
      said = sayAt(past, eras[era], index, active, oldMs);
      return said;
    },
  };
}

function sayAt(past: Past, era: Era | undefined, index: number, active: ReadonlySet<Track>, oldMs: number): ReturnType<Source["at"]> {
  if (era === undefined) throw new Error(`no era at ${index}`);
  const alerts = { firing: namesOf(active, "firing"), pending: namesOf(active, "pending") };
  return { reading: readingAt(past, { era, index, alerts }, oldMs), why: era.why };
}

function namesOf(active: ReadonlySet<Track>, wanted: Track["state"]): ReadonlyMap<string, readonly Alert[]> {
  const byName = new Map<string, Alert[]>();
  for (const { alert, state } of active) if (state === wanted) push(byName, alert.name, alert);
  return byName;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

// When a source that began is old enough.
function warmAt({ fromMs, stepMs }: Grid, atMs: number, from: number, to: number): number {
  return Math.min(Math.max(Math.ceil((atMs - fromMs) / stepMs), from), to);
}

type Replayed = {
  readonly type: string;
  readonly initial: Resource;
  readonly gates: readonly { readonly type: string; readonly stands: readonly Stand[] }[];
  /** With the condition that the replay has written so far. */
  resource: Resource;
  readonly spans: Span[];
  skipped?: Skipped["skipped"];
};

// Nothing stands at first; all other conditions are those of now, but where those of then are known.
function begin(profile: Profile, resource: Resource, gatesOf: Replayable["gatesOf"] = () => []): Replayed {
  const type = conditionType(profile, MODE);
  const standing = findCondition(resource.conditions, type);
  const conditions = resource.conditions.filter((condition) => condition !== standing);
  const gates = profile.gates.map(({ condition }) => ({ type: condition, stands: gatesOf(resource, condition) }));
  return {
    type,
    initial: resource,
    gates: gates.filter(({ stands }) => stands.length > 0),
    resource: { ...resource, conditions },
    spans: [],
  };
}

// A generation of then is not known, so that none is compared.
function gatesAt({ initial, gates }: Replayed, resource: Resource, index: number): Resource {
  const isGate = (one: unknown) => gates.some(({ type }) => one === findCondition(resource.conditions, type));
  const then = gates.flatMap(({ type, stands }) => {
    const stand = stands.find(({ run: [from, to] }) => from <= index && index < to);
    return (stand === undefined ? findCondition(initial.conditions, type) : { type, status: stand.status }) ?? [];
  });
  return { ...resource, conditions: [...resource.conditions.filter((one) => !isGate(one)), ...then] };
}

function advance(one: Replayed, plan: Planner, index: number, gap: string | undefined): void {
  if (one.gates.length > 0) one.resource = gatesAt(one, one.resource, index);
  const { judged, patch } = plan(one.resource);
  const [{ verdict, left } = { verdict: undefined, left: undefined }] = judged;
  if (verdict === undefined) return;
  if ("skipped" in verdict) {
    one.skipped = verdict.skipped;
    return;
  }
  if (patch !== undefined) one.resource = { ...one.resource, conditions: patch };
  if (left === undefined) addSpan(one.spans, spanOf(verdict, index, gap));
}

function spanOf({ status, reason, because, decidedBy }: Verdict, index: number, gap: string | undefined): Span {
  const isGap = gap !== undefined && decidedBy.by === "findings";
  const [by, what] = isGap ? (["gap", gap] as const) : ([decidedBy.by, whatOf(decidedBy)] as const);
  return { run: [index, index], status, reason, because: isGap ? [gap] : because, by, what };
}

function whatOf(decision: Verdict["decidedBy"]): string {
  if (decision.by === "row") return decision.row.alert;
  if (decision.by === "gate") return decision.gate.condition;
  return decision.by === "findings" ? [...new Set(decision.findings.map(({ kind }) => kind))].join(", ") : "";
}

function addSpan(spans: Span[], span: Span): void {
  const last = spans.at(-1);
  const isSame = last?.status === span.status && last.reason === span.reason && last.by === span.by && last.what === span.what;
  if (isSame) return;
  if (last !== undefined) spans[spans.length - 1] = { ...last, run: [last.run[0], span.run[0]] };
  spans.push(span);
}

function closed(spans: readonly Span[], count: number): readonly Span[] {
  return spans.map((span, at) => (at === spans.length - 1 ? { ...span, run: [span.run[0], count] } : span));
}
