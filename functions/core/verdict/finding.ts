// What keeps a reading from proving health, as values: decisions are made on their kinds, and their text is made here alone.

import type { Code } from "../errors.ts";

type Rules = { readonly alerts: readonly string[] };
type Failed = { readonly code: Code };

// What each kind says of itself, in the order in which findings of a source are told.
type Facts = {
  readonly unreadable: Failed;
  readonly partial: { readonly warning: string };
  /** An entry of the Alerts API that cannot be read, and may be about an alert of the flow. */
  readonly "unreadable entry": { readonly alert?: string; readonly state?: string };
  readonly "rules unreadable": Failed;
  readonly "not loaded": Rules;
  readonly failing: Rules;
  readonly stalled: Rules;
  readonly "of unknown health": Rules;
  readonly "not evaluated yet": Rules;
  readonly "not watched": object;
  readonly "nothing scraped": object;
  /** How far the source's clock is ahead, in milliseconds. */
  readonly clock: { readonly skewMs: number };
  readonly "age unknown": object;
  /** How long ago the source started; undefined where its watchdog tells. */
  readonly "warming up": { readonly ageMs?: number };
  /** Alerts of a resource that may have been firing before their evaluator began anew. */
  readonly pending: Rules;
};
type Kind = keyof Facts;
type FindingOf<K extends Kind> = { readonly [P in K]: { readonly kind: P } & Facts[P] }[K];

export type Finding = FindingOf<Kind>;

/** The rule that fires once a source has evaluated for long enough: rendered with a profile's rules. */
export const WATCHDOG = "AlertstatusWatchdog";
/** The label of a watchdog that names its group, by which the watchdogs of a source are told apart. */
export const GROUP_LABEL = "alertstatus_group";

const TEXTS: { readonly [K in Kind]: (finding: FindingOf<K>) => string } = {
  unreadable: ({ code }) => `alerts unreadable: ${code}`,
  partial: ({ warning }) => `partial answer: ${warning}`,
  "unreadable entry": ({ alert, state }) => `unreadable alert: ${entryText(alert, state)}`,
  "rules unreadable": ({ code }) => `rules unreadable: ${code}`,
  "not loaded": rulesText,
  failing: rulesText,
  stalled: rulesText,
  "of unknown health": rulesText,
  "not evaluated yet": rulesText,
  "not watched": () => `not watched: no ${WATCHDOG} carries the labels of this cluster`,
  "nothing scraped": () => `not watched: ${WATCHDOG} finds nothing that is scraped`,
  clock: ({ skewMs }) => `the source's clock is off by ${secondsText(skewMs)}`,
  "age unknown": () => `age unknown: neither ${WATCHDOG} nor a start time`,
  "warming up": ({ ageMs }) => (ageMs === undefined ? `young: ${WATCHDOG} is pending` : `young: started ${secondsText(ageMs)} ago`),
  pending: ({ alerts }) => `pending, and the start of the evaluator is not known: ${alerts.join(", ")}`,
};

/** The finding as a verdict names it. */
export function findingText<K extends Kind>(finding: FindingOf<K>): string {
  return TEXTS[finding.kind](finding);
}

function rulesText({ kind, alerts }: { readonly kind: Kind } & Rules): string {
  return `rules ${kind}: ${alerts.join(", ")}`;
}

function entryText(alert: string | undefined, state: string | undefined): string {
  if (alert === undefined) return "an entry without a readable name";
  return state === undefined ? `${alert} with a label that is no text` : `${alert} in the state ${state}`;
}

function secondsText(ms: number): string {
  return `${Math.round(Math.abs(ms) / 1000)}s`;
}
