// Tries a profile on cases that a person wrote: given these resources and alerts, then these verdicts, by the judge of every pass.

import * as z from "zod/mini";
import { ConfigError } from "../errors.ts";
import { parseResource, type Resource } from "../kubernetes/resource.ts";
import { alertNames, kindsOf, type NamedProfile } from "../profile/profile.ts";
import type { Alert, Reading } from "../prometheus/alert.ts";
import { validationErrors } from "../validation.ts";
import { uncarriedKinds } from "./matching.ts";
import { judgeWith, type Skipped, type Verdict } from "./verdict.ts";

const labels = z.record(z.string(), z.string());
const alerts = z._default(z.array(z.object({ alert: z.string(), labels: z._default(labels, {}) })), []);
const resource = z.strictObject({
  kind: z.string(),
  name: z.string(),
  namespace: z.optional(z.string()),
  spec: z._default(z.record(z.string(), z.unknown()), {}),
  /** By their type, such as `ConfigurationGenerated: "False"`. */
  conditions: z._default(z.record(z.string(), z.enum(["True", "False", "Unknown"])), {}),
});
const given = z.strictObject({
  resources: z.array(resource),
  firing: alerts,
  pending: alerts,
  source: z._default(z.enum(["healthy", "warming up", "unreadable"]), "healthy"),
});
/** `expect`: by KIND/NAME what is to be said, such as `False GatewayThrottling`; `skipped` where nothing is. */
const oneCase = z.strictObject({ it: z.string(), given, expect: z.record(z.string(), z.string()) });
const fileSchema = z.strictObject({ profile: z.string(), cases: z.array(oneCase).check(z.minLength(1)) });

export type Cases = z.infer<typeof fileSchema>;
type Case = Cases["cases"][number];

/** What became of a case: nothing differs where it holds. */
export type CaseResult = { readonly it: string; readonly differences: readonly Difference[] };
export type Difference = {
  readonly resource: string;
  readonly expected: string;
  readonly actual: string;
  readonly because: readonly string[];
};

/** Parses a file of cases; a {@link ConfigError} names what is wrong in it. */
export function parseCases(document: unknown): Cases {
  const { data, error } = fileSchema.safeParse(document);
  if (data === undefined)
    throw new ConfigError(
      `the cases are not usable:\n${validationErrors(error)
        .map((line) => `  ${line}`)
        .join("\n")}`,
    );
  return data;
}

export function tryCase(profile: NamedProfile, { it, given: facts, expect }: Case): CaseResult {
  const named = facts.resources.map((one) => ({ name: `${one.kind}/${one.name}`, resource: resourceOf(profile, it, one) }));
  const resources = named.map(({ resource }) => resource);
  const judge = judgeWith(profile, {
    readings: [readingOf(profile, facts)],
    uncarried: new Map([[profile, uncarriedKinds(profile, resources)]]),
  });
  const unknown = Object.keys(expect).find((name) => !named.some((one) => one.name === name));
  if (unknown !== undefined) throw new ConfigError(`the case "${it}" expects something of ${unknown}, which is not among its resources`);
  const differences = named.flatMap(({ name, resource }) => {
    const expected = expect[name];
    const verdict = judge(resource);
    const actual = textOf(verdict);
    if (expected === undefined || expected === actual) return [];
    return [{ resource: name, expected, actual, because: "skipped" in verdict ? [verdict.skipped] : verdict.because }];
  });
  return { it, differences };
}

function textOf(verdict: Verdict | Skipped): string {
  return "skipped" in verdict ? "skipped" : `${verdict.status} ${verdict.reason}`;
}

function resourceOf(
  profile: NamedProfile,
  it: string,
  { kind, name, namespace, spec, conditions }: Case["given"]["resources"][number],
): Resource {
  const of = kindsOf([profile]).find((one) => one.kind === kind);
  if (of === undefined) throw new ConfigError(`the case "${it}" has a ${kind}, of which the profile ${profile.name} says nothing`);
  const list = Object.entries(conditions).map(([type, status]) => ({ type, status, observedGeneration: 1 }));
  return parseResource(of, { metadata: { name, namespace, generation: 1, resourceVersion: "1" }, spec, status: { conditions: list } });
}

function readingOf(profile: NamedProfile, { firing, pending, source }: Case["given"]): Reading {
  if (source === "unreadable") return { was: "unreadable", code: "unavailable", message: "the case says so", why: "the case says so" };
  const rules = new Map(alertNames([profile]).map((name) => [name, [{ health: "ok", labels: {} } as const]] as const));
  const group = { name: profile.name, file: "cases", rules };
  const evidence = source === "healthy" ? ({ was: "waived" } as const) : ({ was: "asked", groups: [group], ageMs: 0, skewMs: 0 } as const);
  return { was: "read", firing: byName(firing), pending: byName(pending), odd: [], others: 0, warnings: [], evidence, isShared: false };
}

function byName(list: Case["given"]["firing"]): ReadonlyMap<string, readonly Alert[]> {
  const all = list.map(({ alert, labels: own }) => ({ name: alert, labels: { alertname: alert, ...own }, annotations: {} }));
  return Map.groupBy(all, ({ name }) => name);
}
