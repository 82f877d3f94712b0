import * as z from "zod/mini";
import { alertsSchema } from "../access/alerts.ts";
import type { ObjectKind } from "../kubernetes/resource.ts";
import { DURATION } from "../time.ts";
import { guardSchema } from "./guard.ts";

const REASON = /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/;
const CONDITION_TYPE = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const GROUP = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/;
const SEGMENT = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

const NOT_LINEAR =
  "a regular expression is expected that runs in linear time: no look-ahead, no back reference, and no counted repetition such as {0,61}";

const reason = z.string().check(z.maxLength(1024), z.regex(REASON, "a reason is one CamelCase word"));
const message = z.string().check(z.minLength(1), z.maxLength(32768));
const duration = z.string().check(z.regex(DURATION, "a duration is written as Prometheus writes it: 30s, 1m, 2h30m"));
// Without quotes, YAML reads True and False as something else.
const status = z.enum(["True", "False", "Unknown"], 'one of "True", "False" and "Unknown" is expected, in quotes');
const conditionType = z
  .string()
  .check(z.maxLength(300), z.regex(CONDITION_TYPE, "a condition type is one CamelCase word, with a DNS prefix if any"));
const segment = z.string().check(z.regex(SEGMENT, "lower-case letters, digits, dashes and dots"));

/** `formerly`: the texts that `message` had in earlier releases, by which a condition with one of them is known as written by alertstatus. */
const says = { reason, message, formerly: z.optional(z.array(message)) };
const told = z.strictObject({ status, ...says });

const scalar = z.union([z.string(), z.number(), z.boolean()], { error: "text, a number, true or false is expected" });
const paths = z.optional(z.array(z.string()));
const scalars = z.optional(z.record(z.string(), scalar));

/**
 * Paths such as `spec.output.otlp`. `has` and `lacks`: a field is there when it is neither missing nor null, so `{}` is there. `is` and
 * `isNot` compare a value, and `any` asks that one of several fits; all that is given has to hold.
 */
export const presence = z.strictObject({
  has: paths,
  lacks: paths,
  is: scalars,
  isNot: scalars,
  get any(): z.ZodMiniOptional<z.ZodMiniArray<typeof presence>> {
    return z.optional(z.array(presence).check(z.minLength(1)));
  },
});

const label = z.string().check(z.minLength(1));
/** A label of alerts; of several, the first that an alert has. */
const labels = z.union([label, z.array(label).check(z.minLength(1))], { error: "a label is expected, or a list of labels" });

/** The labels by which an alert names the resource that it is about. */
const about = {
  name: labels,
  namespace: z.optional(labels),
  kind: z.optional(labels),
  /** The label of the resource that holds what the name label says, where that is not the name of the resource. */
  resourceLabel: z.optional(label),
  unlabelled: z.enum(["every", "none"]),
};

const row = z.strictObject({
  alert: z.string().check(z.minLength(1)),
  /** PromQL of the rule, where the profile brings the rule itself; `$window` stands for `rules.window`. */
  expr: z.optional(z.string()),
  for: z.optional(duration),
  status: z.optional(z.enum(["False", "Unknown"], '"False" or "Unknown" is expected, in quotes')),
  /** `kind`: the alert is about all resources of the kind, so it needs no name label. */
  about: z.optional(z.literal("kind")),
  /** In place of the profile's, where the alert is about something else, such as a Pod, and names the resource as its owner. */
  identify: z.optional(z.strictObject(about)),
  when: z.optional(presence),
  ...says,
});

const gate = z.strictObject({ condition: conditionType, is: status, says: told });

const objectKind = z.strictObject({
  group: z.string().check(z.regex(GROUP, 'an API group is expected, such as cert-manager.io; "" is the core group')),
  version: segment,
  plural: segment,
  kind: z.string().check(z.regex(/^[A-Z][A-Za-z0-9]*$/, "a kind is one CamelCase word")),
});

const judgedFlow = z.strictObject({
  of: objectKind,
  when: z.optional(presence),
  rows: z.array(row).check(
    z.refine((rows) => new Set(rows.map(({ alert }) => alert)).size === rows.length, "an alert stands in one row only"),
    z.refine(unknownLast, "rows with the status Unknown stand after the others, for what fails beats what is not known"),
  ),
  unproven: z
    .array(z.strictObject({ ...says, when: z.optional(presence) }))
    .check(z.refine((list) => list.at(-1)?.when === undefined && list.length > 0, "the last one has no `when`, so that one always fits")),
  healthy: z.strictObject(says),
});
const constantFlow = z.strictObject({ of: objectKind, when: z.optional(presence), always: told });
const flow = z.union([judgedFlow, constantFlow], {
  error: "one kind of flow is expected: {of, when, rows, unproven, healthy} or {of, when, always}",
});

/** What the alerts of one domain mean for its resources. One profile owns one condition type. */
export const profileSchema = z.strictObject({
  condition: conditionType,
  /** Where the alerts are read when the fleet does not say. */
  alerts: z.optional(alertsSchema),
  identify: z.strictObject({
    ...about,
    /** The names that the name label can carry, as a regular expression for the whole name: a resource with another name goes unlabelled. */
    carries: z.optional(z.string().check(z.refine(isLinearPattern, NOT_LINEAR))),
    /** Where a resource may give itself another name, which alerts then carry: the first group of the pattern, in the text at the path. */
    alias: z.optional(z.strictObject({ path: z.string(), pattern: z.string().check(z.refine(isLinearPattern, NOT_LINEAR)) })),
  }),
  /** Whether a message says, at a transition, since when and how badly its alerts fire, and which others fire too. */
  details: z.optional(z.boolean()),
  /** What becomes of an alert that the Alertmanager of its source knows as silenced: `ignored` does not fire. */
  silenced: z.optional(z.enum(["kept", "ignored"])),
  /** How many resources may turn False at one time: the others wait. */
  guard: z.optional(guardSchema),
  rules: z._default(
    z.strictObject({ for: z._default(duration, "5m"), window: z._default(duration, "5m"), keepFiringFor: z.optional(duration) }),
    { for: "5m", window: "5m" },
  ),
  gates: z._default(z.array(gate), []),
  flows: z.array(flow).check(z.minLength(1)),
});

export type Profile = z.infer<typeof profileSchema>;
export type NamedProfile = Profile & { readonly name: string };
export type Identify = Profile["identify"];
export type LabelNames = z.infer<typeof labels>;
export type Presence = z.infer<typeof presence>;
export type Scalar = z.infer<typeof scalar>;
export type Gate = z.infer<typeof gate>;
export type Row = z.infer<typeof row>;
export type Says = { readonly reason: string; readonly message: string };
export type Flow = z.infer<typeof flow>;
export type JudgedFlow = z.infer<typeof judgedFlow>;

export function isJudged(flow: Flow): flow is JudgedFlow {
  return "rows" in flow;
}

/** Every message of a profile, those of earlier releases included. */
export function messagesOf({ gates, flows }: Profile): readonly string[] {
  const sayings = flows.flatMap((flow) => (isJudged(flow) ? [...flow.rows, ...flow.unproven, flow.healthy] : [flow.always]));
  return [...sayings, ...gates.map((gate) => gate.says)].flatMap((one) => [one.message, ...(one.formerly ?? [])]);
}

/** Every alert that profiles name. */
export function alertNames(profiles: readonly Profile[]): readonly string[] {
  const rows = profiles.flatMap(({ flows }) => flows.flatMap((flow) => (isJudged(flow) ? flow.rows : [])));
  return [...new Set(rows.map(({ alert }) => alert))];
}

/** Every kind that profiles speak of, once. */
export function kindsOf(profiles: readonly Profile[]): readonly ObjectKind[] {
  const kinds: ObjectKind[] = [];
  for (const { flows } of profiles) for (const { of } of flows) if (!kinds.some((kind) => isSame(kind, of))) kinds.push(of);
  return kinds;
}

function isSame(one: ObjectKind, other: ObjectKind): boolean {
  return one.plural === other.plural && one.version === other.version && one.group === other.group;
}

function unknownLast(rows: readonly { status?: string }[]): boolean {
  const first = rows.findIndex(({ status }) => status === "Unknown");
  return first === -1 || rows.slice(first).every(({ status }) => status === "Unknown");
}

// The flag, which config.ts switches on, refuses what V8's linear engine does not know: https://v8.dev/blog/non-backtracking-regexp
function isLinearPattern(text: string): boolean {
  try {
    return new RegExp(`^(?:${text})$`, "l").flags.includes("l");
  } catch {
    return false;
  }
}
