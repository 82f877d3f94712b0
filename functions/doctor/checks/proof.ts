// Tells item by item what makes a reading fit to prove health, with the findings that a verdict rests on.

import { type Flow, isJudged, type JudgedFlow, type NamedProfile } from "../../core/profile/profile.ts";
import { sanitize } from "../../core/text.ts";
import { durationText } from "../../core/time.ts";
import { type Finding, findingText } from "../../core/verdict/finding.ts";
import { type Asked, findOwnRules, type OwnRules } from "../../core/verdict/own-rules.ts";
import { entryFindings, isWarmingUp, type Read, sourceFindings } from "../../core/verdict/proof.ts";
import { type Check, failed, failedBy, ok, warning } from "./check.ts";

export const PROOF = "proof of health";

/**
 * What makes a reading fit to prove health, item by item.
 *
 * @param isUsed whether some resource is judged by a flow
 */
export function proofChecks(profiles: readonly NamedProfile[], reading: Read, isUsed: (flow: Flow) => boolean): readonly Check[] {
  const complete = item(
    "complete",
    "nothing is missing from the answer",
    [...reading.warnings, ...oddTexts(profiles, reading)],
    "see why a part of the source does not answer: what it holds is not known",
  );
  const { evidence } = reading;
  if (evidence.was === "waived") return [complete, ok(PROOF, "waived: `proof: none` vouches that silence is health")];
  if (evidence.was === "unreadable")
    return [complete, failedBy(PROOF, { code: evidence.code, why: `the rules API cannot be read: ${evidence.code}` })];
  const judged = profiles.flatMap((profile) => profile.flows.filter(isJudged).map((flow) => ({ profile, flow })));
  const flows = judged.map(({ profile, flow }) => {
    const name = profiles.length > 1 ? `${flowName(flow)} of ${profile.name}` : flowName(flow);
    return ruleItem(name, flow, findOwnRules(flow, evidence), isUsed(flow));
  });
  const needed = judged.some(({ flow }) => isUsed(flow)) ? judged.filter(({ flow }) => isUsed(flow)) : judged;
  const findings = needed.flatMap(({ profile, flow }) => sourceFindings(profile, reading, evidence, findOwnRules(flow, evidence)));
  return [complete, ...flows, watchedItem(reading, findings), clockItem(evidence, findings), ageItem(evidence, findings)];
}

function item(check: string, fine: string, texts: readonly string[], remedy: string): Check {
  return texts.length === 0 ? ok(check, fine) : failed(check, texts.join("; "), remedy);
}

type Kind = Finding["kind"];

// Each once, for several profiles find the same.
function textsOf(findings: readonly Finding[], ...kinds: readonly Kind[]): readonly string[] {
  return [...new Set(findings.filter(({ kind }) => kinds.includes(kind)).map(findingText))];
}

const LOAD =
  "bring the rules there: `rules sync`, or what `rules render` prints; if it says unchanged, that Prometheus does not load them: mount the ConfigMap, or see its ruleSelector";
const REPAIR = "see the error of each beside the rule at /rules of that Prometheus; `rules render` prints ours";

function oddTexts(profiles: readonly NamedProfile[], reading: Read): readonly string[] {
  const findings = profiles.flatMap(({ flows }) => flows.filter(isJudged).flatMap((flow) => entryFindings(flow, reading)));
  return textsOf(findings, "unreadable entry");
}

function ruleItem(name: string, flow: JudgedFlow, own: OwnRules, isUsed: boolean): Check {
  const check = `rules of ${name}`;
  const { findings } = own;
  const broken = findings.filter((finding) => !isWarmingUp(finding));
  const remedy = broken.some(({ kind }) => kind === "not loaded") ? LOAD : REPAIR;
  const said = [...broken.map(findingText), ...errorTexts(broken, own)].join("; ");
  if (broken.length > 0) return isUsed ? failed(check, said, remedy) : warning(check, `${said} (no resource needs them now)`, remedy);
  if (findings.length > 0) return warning(check, findings.map(findingText).join("; "), WAIT);
  return ok(check, `all ${flow.rows.length} are known, and work`);
}

const LONGEST_ERROR = 150;

// Rules that fail together mostly fail for one reason.
function errorTexts(findings: readonly Finding[], { rules }: OwnRules): readonly string[] {
  const failing = findings.flatMap((finding) => (finding.kind === "failing" ? finding.alerts : []));
  const errors = failing.flatMap((alert) => (rules.get(alert) ?? []).map(({ lastError }) => ({ alert, lastError })));
  const first = errors.find(({ lastError }) => lastError !== undefined);
  return first === undefined ? [] : [`${first.alert} says: ${sanitize(first.lastError ?? "", LONGEST_ERROR)}`];
}

function flowName({ of, when = {} }: Flow): string {
  const { has = [], lacks = [], is = {}, isNot = {} } = when;
  const marks = [
    ...has,
    ...lacks.map((path) => `no ${path}`),
    ...Object.entries(is).map(([path, value]) => `${path} ${value}`),
    ...Object.entries(isNot).map(([path, value]) => `${path} not ${value}`),
  ];
  return marks.length === 0 ? of.kind : `${of.kind} (${marks.join(", ")})`;
}

function watchedItem({ isShared }: Read, findings: readonly Finding[]): Check {
  const remedy = isShared
    ? "compare `labels` with those of the watchdog's alert: each aggregation has to keep them (`rules render --fleet`)"
    : "see at /targets of that Prometheus what it scrapes";
  const fine = isShared ? "its watchdog carries the labels of this cluster" : "the source watches this cluster";
  return item("watched", fine, textsOf(findings, "not watched", "nothing scraped"), remedy);
}

function clockItem({ skewMs }: Asked, findings: readonly Finding[]): Check {
  const fine = `its clock is off by ${Math.round(Math.abs(skewMs) / 1000)} s`;
  return item("on time", fine, textsOf(findings, "clock"), "set the clocks right (NTP), of the source or of this machine");
}

const WAIT = "wait: until then conditions stay as they are; if it comes back, Prometheus keeps restarting";

function ageItem({ ageMs }: Asked, findings: readonly Finding[]): Check {
  const check = "old enough";
  const unknown = textsOf(findings, "age unknown");
  if (unknown.length > 0)
    return failed(check, unknown.join("; "), `render our rules: they bring the watchdog that tells the age (${LOAD})`);
  const warmingUp = textsOf(findings, "warming up");
  if (warmingUp.length > 0) return warning(check, warmingUp.join("; "), WAIT);
  return ok(check, ageMs === undefined ? "the watchdog fires" : `it started ${ageText(ageMs)} ago`);
}

function ageText(ms: number): string {
  return durationText(Math.floor(ms / 60_000) * 60_000 || Math.floor(ms / 1_000) * 1_000);
}
