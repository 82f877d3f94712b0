// Finds what stood in the conditions of resources, by kube-state-metrics and by the history of a stage: gates as they were, and what was written.

import { type Resource, resourceId } from "../core/kubernetes/resource.ts";
import { conditionType } from "../core/profile/mode.ts";
import type { NamedProfile } from "../core/profile/profile.ts";
import { EXPORTED, FOREIGN } from "../rules/kube-state-metrics.ts";
import { type Ask, fetchPresence } from "./fetch.ts";
import { clipped, type Grid, type Phase, type Run, runsAt } from "./grid.ts";
import * as queries from "./queries.ts";
import type { Stand, Status } from "./timeline.ts";

/** What stands in a condition from a moment on, in milliseconds since the epoch, until the next one of the same condition; null is nothing. */
export type Standing = {
  readonly atMs: number;
  readonly cluster: string;
  readonly resource: ReturnType<typeof resourceId>;
  readonly type: string;
  readonly said: { readonly status: string; readonly reason: string } | null;
};

/** What stood in a condition of a resource, in order, where that is known. */
export type PastConditions = (resource: Resource, type: string) => readonly Stand[];

/** What a replay is held against: another profile, or what stood, with what the history of a stage tells of it. */
export type Against = NamedProfile | { readonly stored: readonly Standing[] };

type Asked = { readonly conditions: PastConditions; readonly unanswered: readonly string[] };
type Source = { readonly ask: Ask; readonly labels: Readonly<Record<string, string>> | undefined };

/** What the sources remember of conditions that kube-state-metrics exported to them, on a grid, and why some of it is not answered. */
export async function askConditions(sources: readonly Source[], types: readonly string[], grid: Grid): Promise<Asked> {
  if (types.length === 0) return { conditions: () => [], unanswered: [] };
  const answers = await Promise.all(
    sources.map(({ ask, labels }) => fetchPresence(ask, queries.conditions(labels, [EXPORTED, FOREIGN], types), grid)),
  );
  const byKey = Map.groupBy(
    answers.flatMap(({ series }) => series),
    ({ labels: { customresource_group: group, customresource_kind: kind, name, type } }) => keyOf(group, kind, name, type),
  );
  const conditions: PastConditions = ({ of: { group, kind }, name, namespace }, type) => {
    const own = (byKey.get(keyOf(group, kind, name, type)) ?? []).filter(({ labels }) => isIn(labels, namespace));
    return inOrder(
      own.flatMap(({ labels, runs }) => {
        const status = statusIn(labels.status);
        return status === undefined ? [] : runs.map((run) => ({ run, status, reason: "" }));
      }),
    );
  };
  return { conditions, unanswered: [...new Set(answers.flatMap(({ refused }) => refused.map(({ why }) => why)))] };
}

function keyOf(...words: readonly (string | undefined)[]): string {
  return JSON.stringify(words);
}

// A scrape that honors no labels keeps the namespace of the object apart from that of the exporting Pod.
function isIn(
  { exported_namespace: exported, namespace: plain }: Readonly<Record<string, string>>,
  namespace: string | undefined,
): boolean {
  return namespace === undefined || (exported ?? plain) === namespace;
}

/** The same by what a history tells of one cluster. */
export function conditionsIn(standings: readonly Standing[], grid: Grid): PastConditions {
  return (resource, type) => {
    const own = standings.filter((one) => one.type === type && isSame(one.resource, resourceId(resource)));
    const sorted = own.toSorted((one, other) => one.atMs - other.atMs);
    return sorted.flatMap(({ atMs, said }, at): readonly Stand[] => {
      const status = statusIn(said?.status);
      const run = [firstFrom(grid, atMs), firstFrom(grid, sorted[at + 1]?.atMs ?? Number.POSITIVE_INFINITY)] as const;
      return status === undefined || said === null || run[0] >= run[1] ? [] : [{ run, status, reason: said.reason }];
    });
  };
}

/** The conditions of which a replay of a profile has to know: its gates, and what it is held against. */
export function typesOf(profile: NamedProfile, against: Against | undefined): readonly string[] {
  const own = against !== undefined && "stored" in against ? [conditionType(profile, "own"), conditionType(profile, "shadow")] : [];
  return [...new Set([...profile.gates, ...(against && "gates" in against ? against.gates : [])].map((gate) => gate.condition)), ...own];
}

/** What stood in the condition of a profile, by the first that knows anything: the condition itself comes before that of a shadow. */
export function storedOf(profile: NamedProfile, told: readonly PastConditions[]): (resource: Resource) => readonly Stand[] {
  const types = [conditionType(profile, "own"), conditionType(profile, "shadow")];
  const asked = types.flatMap((type) => told.map((known) => ({ type, known: atPhase(known, 0) })));
  return (resource) => asked.map(({ type, known }) => known(resource, type)).find((stands) => stands.length > 0) ?? [];
}

/** The same at the moments of one phase. */
export function atPhase(conditions: PastConditions, phase: Phase): PastConditions {
  return (resource, type) => conditions(resource, type).flatMap((stand) => runsAt([stand.run], phase).map((run) => ({ ...stand, run })));
}

/** How many moments of the runs something is known of. */
export function knownIn(stands: readonly Stand[], runs: readonly Run[]): number {
  const parts = runs.flatMap((run) =>
    clipped(
      stands.map((stand) => stand.run),
      run,
    ),
  );
  return parts.reduce((sum, [from, to]) => sum + to - from, 0);
}

function isSame(one: Standing["resource"], other: Standing["resource"]): boolean {
  const [group, otherGroup] = [one, other].map(({ apiVersion }) => apiVersion.split("/")[0]);
  return group === otherGroup && one.kind === other.kind && one.name === other.name && one.namespace === other.namespace;
}

function statusIn(text: string | undefined): Status | undefined {
  return text === "True" || text === "False" || text === "Unknown" ? text : undefined;
}

// Where another Pod takes over, the newer word counts.
function inOrder(stands: readonly Stand[]): readonly Stand[] {
  const sorted = stands.toSorted((one, other) => one.run[0] - other.run[0]);
  const cut = sorted.map((stand, at) => {
    const [from, to] = stand.run;
    return { ...stand, run: [from, Math.min(to, sorted[at + 1]?.run[0] ?? to)] as const };
  });
  return cut.filter(({ run: [from, to] }) => from < to);
}

function firstFrom({ fromMs, stepMs, count }: Grid, ms: number): number {
  return Math.min(Math.max(Math.ceil((ms - fromMs) / stepMs), 0), count);
}
