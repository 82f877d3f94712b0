// What a run saw of a cluster becomes what is known of it: the latest state, and what changed to it.

import { type ClusterOutcome, judgedCondition, type ResourceOutcome } from "../core/outcome/outcome.ts";
import { isObserved, isTransition } from "../core/outcome/transition.ts";
import { sanitize } from "../core/text.ts";
import { parseTimeMs, timeText } from "../core/time.ts";
import { bounded, conditionChanges, reachChanges } from "./changes.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { type Change, type ClusterState, type Id, type Kept, keyOf, type Labels, type ResourceState, resourceKey } from "./state.ts";

/** What was known of the resources of a cluster, by their keys. */
type Known = ReadonlyMap<string, ResourceState>;
/** `changes` are kept; `observed` are those of conditions that no cluster shows. */
export type Step = { readonly state: ClusterState; readonly changes: readonly Change[]; readonly observed: readonly Change[] };

/** Of a cluster with more, only the worst are looked at one by one. */
const MAX_LOOKED = 1_000;
/** Of a cluster with more, only the worst are kept one by one. */
export const MAX_KEPT = 300;
// As JSON; that of an honest cluster deflates to a tenth.
const MAX_LENGTH = 98_304;

const RANKS: Readonly<Record<string, number>> = { False: 0, Unknown: 2, True: 3 };

const MAX_BECAUSE = 5;
const MAX_TEXT = 200;

/** What is known after a run at `at` (RFC 3339), and what that changes; `before` is what was known. The changes are not in `recent` yet. */
export function advance(before: ClusterState | undefined, outcome: ClusterOutcome, labels: Labels, at: string): Step {
  const { cluster, was, code, message, alerts, unlisted } = outcome;
  const { looked, unlooked } = worstOf(outcome.resources);
  const known: Known = new Map(withProfiles(before?.resources ?? [], looked).map((resource) => [keyOf(resource), resource]));
  const resources = resourcesAfter({ ...outcome, resources: looked }, known, at);
  const isWhole = before?.omitted === undefined && unlooked.length === 0;
  const state: ClusterState = {
    cluster,
    labels,
    was,
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message: sanitize(message, MAX_TEXT) }),
    since: before?.was === was ? before.since : at,
    ...(alerts?.was === "unreadable" && { alerts: alerts.code }),
    ...(unlisted.length > 0 && { unlisted: unlisted.map((list) => ({ kind: list.kind, code: list.code })) }),
    ...((alerts?.was === "unreadable" || unlisted.length > 0) && { unreadSince: before?.unreadSince ?? at }),
    ...keepWorst(resources, unlooked),
    seen: fingerprintOf(outcome, labels),
    recent: before?.recent ?? [],
  };
  const isNew = (resource: ResourceState) => before?.omitted === undefined || rankOf(resource) < worstRank(before.resources);
  const changes = conditionChanges(looked, known, resources, { cluster, at, isWhole, isNew });
  const shown = new Set(looked.filter(isObserved).map(keyOf));
  return {
    state,
    changes: [...reachChanges(before, outcome, at), ...bounded(changes)],
    observed: changes.filter(
      ({ resource, profile, type = "", to }) => resource && to && shown.has(keyOf({ ...resource, profile, condition: { type } })),
    ),
  };
}

// The worst are kept: of a cluster with more, what is worse than one of those is among them.
function worstRank(resources: readonly ResourceState[]): number {
  return Math.max(0, ...ranksOf(resources).values());
}

function resourcesAfter(outcome: ClusterOutcome, known: Known, at: string): readonly ResourceState[] {
  const unlisted = new Set(outcome.unlisted.map(({ kind }) => kind));
  // What is not listed because its cluster is not reached is not gone.
  const isNothingSeen = outcome.was !== "reconciled" && outcome.resources.length === 0;
  const unseen = [...known.values()].filter(({ kind }) => isNothingSeen || unlisted.has(kind));
  const standing = Map.groupBy(known.values(), resourceKey);
  return [...unseen, ...outcome.resources.flatMap((resource) => resourceAfter(resource, known, standing, at))];
}

type Standing = ResourceState["condition"];
type ByResource = ReadonlyMap<string, readonly ResourceState[]>;
type Judged = Exclude<ResourceOutcome, { was: "refused" | "skipped" }>;

function resourceAfter(outcome: ResourceOutcome, known: Known, standing: ByResource, at: string): readonly ResourceState[] {
  const { apiVersion, kind, namespace, name, profile } = outcome;
  const id = { apiVersion, kind, ...(namespace !== undefined && { namespace }), name, ...(profile !== undefined && { profile }) };
  if (outcome.was === "refused") return left(id, standing, { refused: outcome.code });
  if (outcome.was === "skipped") return outcome.why === "contested" ? left(id, standing, { contestedBy: outcome.by ?? "unknown" }) : [];
  const before = known.get(keyOf(outcome))?.condition;
  const because = outcome.because.slice(0, MAX_BECAUSE).map((text) => sanitize(text, MAX_TEXT));
  const { isWarmingUp } = outcome;
  // What was said stays until it is not too early to tell, as a condition does.
  const condition = before !== undefined && isWarmingUp && isObserved(outcome) ? before : conditionAfter(outcome, before, at);
  return [{ ...id, condition, because, ...(isWarmingUp && { isWarmingUp }) }];
}

function conditionAfter(outcome: Judged, before: Standing, at: string): NonNullable<Standing> {
  const { type, status, reason, message, since } = outcome.condition;
  const known = before?.status === status ? before.since : at;
  // What another writer has said there began at another time.
  const isOther = before !== undefined && isObserved(outcome);
  return { type, status, reason, message: sanitize(message, MAX_TEXT), since: isOther ? known : timeOr(since, known) };
}

// A member cluster may have written anything there.
function timeOr(time: string | undefined, otherwise: string): string {
  const ms = parseTimeMs(time);
  return Number.isNaN(ms) ? otherwise : timeText(ms);
}

// What stands is what stood: of one profile, or of all where the resource as a whole could not be judged.
function left(
  id: Id & Pick<ResourceState, "profile">,
  standing: ByResource,
  why: Pick<ResourceState, "refused" | "contestedBy">,
): readonly ResourceState[] {
  const all = standing.get(resourceKey(id)) ?? [];
  const before = id.profile === undefined ? all : all.filter(({ profile }) => profile === id.profile);
  if (before.length === 0) return [{ ...id, because: [], ...why }];
  return before.map(({ condition, profile }) => ({
    ...id,
    ...(profile !== undefined && { profile }),
    ...(condition !== undefined && { condition }),
    because: [],
    ...why,
  }));
}

// A row that was written before profiles were noted has them by the types of its conditions.
function withProfiles(before: readonly ResourceState[], outcomes: readonly ResourceOutcome[]): readonly ResourceState[] {
  if (before.every(({ profile, condition }) => profile !== undefined || condition === undefined)) return before;
  const byType = new Map(outcomes.map((one) => [`${resourceKey(one)}\n${judgedCondition(one)?.type}`, one.profile]));
  return before.map((one) => {
    const profile = one.profile ?? byType.get(`${resourceKey(one)}\n${one.condition?.type}`);
    return profile === undefined ? one : { ...one, profile };
  });
}

/** False first, then what could not be written, Unknown, True. */
function rankOf({ condition, refused, contestedBy }: ResourceState): number {
  const rank = RANKS[condition?.status ?? ""] ?? 1;
  return rank > 0 && (refused ?? contestedBy) !== undefined ? 1 : rank;
}

/** The worst of what is said of each resource, by its key. */
function ranksOf(resources: readonly ResourceState[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const one of resources) ranks.set(resourceKey(one), Math.min(ranks.get(resourceKey(one)) ?? rankOf(one), rankOf(one)));
  return ranks;
}

// What several profiles say of one resource stays together.
function worstFirst(resources: readonly ResourceState[]): readonly ResourceState[] {
  const ranks = ranksOf(resources);
  const rank = (one: ResourceState) => ranks.get(resourceKey(one)) ?? rankOf(one);
  return resources.toSorted((one, other) => rank(one) - rank(other));
}

type Looked = { readonly looked: readonly ResourceOutcome[]; readonly unlooked: readonly ResourceOutcome[] };

/** What changed, and then the worst. */
function worstOf(resources: readonly ResourceOutcome[]): Looked {
  if (resources.length <= MAX_LOOKED) return { looked: resources, unlooked: [] };
  const rank = (one: ResourceOutcome) => (isTransition(one) ? -1 : "condition" in one ? (RANKS[one.condition?.status ?? ""] ?? 1) : 1);
  const sorted = resources.toSorted((one, other) => rank(one) - rank(other));
  return { looked: sorted.slice(0, MAX_LOOKED), unlooked: sorted.slice(MAX_LOOKED) };
}

function keepWorst(resources: readonly ResourceState[], unlooked: readonly ResourceOutcome[]): Kept {
  const sorted = worstFirst(resources);
  const kept: ResourceState[] = [];
  let length = 0;
  for (const resource of sorted.slice(0, MAX_KEPT)) {
    length += JSON.stringify(resource).length;
    if (length > MAX_LENGTH) break;
    kept.push(resource);
  }
  const rest = [...sorted.slice(kept.length), ...unlooked.filter((one) => one.was !== "skipped")];
  if (rest.length === 0) return { resources: kept };
  const groups = Map.groupBy(rest, (one) => ("condition" in one && one.condition?.status) || "none");
  return { resources: kept, omitted: Object.fromEntries([...groups].map(([status, { length }]) => [status, length])) };
}
