// Finds the rules that are a flow's own: those of the group that holds its rows, and the watchdogs beside them.

import type { JudgedFlow } from "../profile/profile.ts";
import type { Alert, Alerts } from "../prometheus/alert.ts";
import type { Evidence, RuleGroup, RuleHealth, RuleState } from "../prometheus/rule-health.ts";
import { type Finding, GROUP_LABEL, WATCHDOG } from "./finding.ts";

export type Asked = Extract<Evidence, { was: "asked" }>;

/** The rules behind the rows of a flow by name, and the watchdogs that are evaluated beside them. */
export type OwnRules = {
  readonly rules: ReadonlyMap<string, readonly RuleState[]>;
  readonly watchdogs: readonly RuleState[];
  /** Whether the source tells of a watchdog in any group, so that the alerts of one can be told apart from those of others. */
  readonly isWatchdogListed: boolean;
  /** What is wrong with them. */
  readonly findings: readonly Finding[];
};

type Ranked = { readonly inGroup: number; readonly inFile: number };
type Home = Ranked & { readonly groups: readonly RuleGroup[] };

/**
 * The rule of a row is the one in the group with the most rows of the flow, and of such groups the one in the file with the most. A rule of
 * the same name in any other group counts neither for nor against.
 */
export function findOwnRules(flow: JudgedFlow, evidence: Asked): OwnRules {
  const byFlow = found.get(evidence) ?? new Map<JudgedFlow, OwnRules>();
  const known = byFlow.get(flow);
  if (known !== undefined) return known;
  const own = ownRulesIn(flow, evidence);
  found.set(evidence, byFlow.set(flow, own));
  return own;
}

// One evidence is looked at for many resources, and in every pass of a minute.
const found = new WeakMap<Asked, Map<JudgedFlow, OwnRules>>();

function ownRulesIn({ rows }: JudgedFlow, { groups }: Asked): OwnRules {
  const homes = homesOf(new Set(rows.map(({ alert }) => alert)), groups);
  const required = rows.filter(({ status }) => status !== "Unknown").flatMap(({ alert }) => homes.get(alert)?.groups ?? []);
  // What is not required is a flow's own beside what is.
  const files = new Set(required.map(({ file }) => file));
  const isOwn = ({ file }: RuleGroup) => files.size === 0 || files.has(file);
  const rules = new Map(
    [...homes].flatMap(([alert, home]) => {
      const own = home.groups.filter(isOwn).flatMap((group) => group.rules.get(alert) ?? []);
      return own.length === 0 ? [] : [[alert, own] as const];
    }),
  );
  const isWatchdogListed = groups.some((group) => group.rules.has(WATCHDOG));
  const watchdogs = watchdogsBeside(new Set(required), groups);
  return { rules, isWatchdogListed, watchdogs, findings: findingsOf(rows, rules, watchdogs) };
}

function homesOf(alerts: ReadonlySet<string>, groups: readonly RuleGroup[]): ReadonlyMap<string, Home> {
  const inFiles = new Map<string, number>();
  const held = groups.map((group) => ({ group, names: [...group.rules.keys()].filter((name) => alerts.has(name)) }));
  for (const { group, names } of held) inFiles.set(group.file, (inFiles.get(group.file) ?? 0) + names.length);
  const homes = new Map<string, Home>();
  for (const { group, names } of held)
    for (const name of names)
      homes.set(name, better(homes.get(name), { inGroup: names.length, inFile: inFiles.get(group.file) ?? 0, groups: [group] }));
  return homes;
}

// Where two rank alike, nothing tells which is the flow's own: both count.
function better(known: Home | undefined, other: Home): Home {
  if (known === undefined) return other;
  const order = known.inGroup - other.inGroup || known.inFile - other.inFile;
  if (order === 0) return { ...known, groups: [...known.groups, ...other.groups] };
  return order > 0 ? known : other;
}

// In the same group; else in the same file, where one watchdog stands at the end of several groups; else one that names its own group, as
// `rules render` prints it for rows whose rules stand elsewhere.
function watchdogsBeside(homes: ReadonlySet<RuleGroup>, groups: readonly RuleGroup[]): readonly RuleState[] {
  const files = new Set([...homes].map(({ file }) => file));
  const nearest = [
    [...homes],
    groups.filter(({ file }) => files.has(file)),
    groups.filter(({ name, rules }) => rules.size === 1 && rules.get(WATCHDOG)?.some(({ labels }) => labels[GROUP_LABEL] === name)),
  ];
  return nearest.map((some) => some.flatMap(({ rules }) => rules.get(WATCHDOG) ?? [])).find((some) => some.length > 0) ?? [];
}

/** What the watchdogs of a flow say: one that is pending tells of its evaluator, whatever the others say; undefined where none says anything. */
export function watchdogState({ watchdogs, isWatchdogListed }: OwnRules, { firing, pending }: Alerts): "firing" | "pending" | undefined {
  const groups = new Set(watchdogs.map(({ labels }) => labels[GROUP_LABEL]));
  const isOwn = ({ labels }: Alert) => !isWatchdogListed || groups.has(labels[GROUP_LABEL]);
  if (pending.get(WATCHDOG)?.some(isOwn)) return "pending";
  return firing.get(WATCHDOG)?.some(isOwn) ? "firing" : undefined;
}

const UNFIT: readonly ("not loaded" | Exclude<RuleHealth, "ok">)[] = [
  "not loaded",
  "failing",
  "stalled",
  "of unknown health",
  "not evaluated yet",
];
const NOT_LOADED = [{ health: "not loaded" }] as const;

// The rows that say what is unknown, and the watchdog, are rendered with a profile's rules alone: a source with rules of its own need not
// have them.
function findingsOf(rows: JudgedFlow["rows"], rules: OwnRules["rules"], watchdogs: readonly RuleState[]): readonly Finding[] {
  const rendered = rows.filter(({ status }) => status === "Unknown").map(({ alert }) => alert);
  const required = rows.map(({ alert }) => alert).filter((alert) => !rendered.includes(alert));
  const states = [
    ...[...required, ...rendered.filter((alert) => rules.has(alert))].map((alert) => [alert, rules.get(alert) ?? NOT_LOADED] as const),
    [WATCHDOG, watchdogs] as const,
  ];
  return UNFIT.flatMap((kind) => {
    const alerts = states.filter(([, all]) => all.some(({ health }) => health === kind)).map(([alert]) => alert);
    return alerts.length === 0 ? [] : [{ kind, alerts }];
  });
}
