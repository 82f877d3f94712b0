// What makes a reading fit to prove health, item by item, as a person reads it.
import { type Flow, isJudged, type JudgedFlow, type NamedProfile } from "../../core/profile/profile.ts";
import { sanitize } from "../../core/text.ts";
import { durationText } from "../../core/time.ts";
import { type Finding, findingText } from "../../core/verdict/finding.ts";
import { type Asked, isWarmingUp, type Read, ruleFindings, sourceFindings } from "../../core/verdict/proof.ts";
import { type Check, failed, failedBy, ok, warning } from "./check.ts";

export const PROOF = "proof of health";

/**
 * What makes a reading fit to prove health, item by item.
 *
 * @param isUsed whether some resource is judged by a flow
 * @param errors what the source says about rules that fail, by the alert
 */
export function proofChecks(
  profiles: readonly NamedProfile[],
  reading: Read,
  isUsed: (flow: Flow) => boolean,
  errors: ReadonlyMap<string, string> = new Map(),
): readonly Check[] {
  const complete = item(
    "complete",
    "nothing is missing from the answer",
    reading.warnings,
    "see why a part of the source does not answer: what it holds is not known",
  );
  const { evidence } = reading;
  if (evidence.was === "waived") return [complete, ok(PROOF, "waived: `proof: none` vouches that silence is health")];
  if (evidence.was === "unreadable")
    return [complete, failedBy(PROOF, { code: evidence.code, why: `the rules API cannot be read: ${evidence.code}` })];
  const flows = profiles.flatMap((profile) => profile.flows.filter(isJudged).map((flow) => ruleItem(flow, evidence, isUsed(flow), errors)));
  const findings = profiles.flatMap((profile) => sourceFindings(profile, reading, evidence));
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

const LOAD = "bring the rules there: `rules sync`, or what `rules render` prints";
const REPAIR = "see the error of each beside the rule at /rules of that Prometheus; `rules render` prints ours";

function ruleItem(flow: JudgedFlow, evidence: Asked, isUsed: boolean, errors: ReadonlyMap<string, string>): Check {
  const check = `rules of ${flowName(flow)}`;
  const findings = ruleFindings(flow, evidence);
  const broken = findings.filter((finding) => !isWarmingUp(finding));
  const remedy = broken.some(({ kind }) => kind === "not loaded") ? LOAD : REPAIR;
  const said = [...broken.map(findingText), ...errorTexts(broken, errors)].join("; ");
  if (broken.length > 0) return isUsed ? failed(check, said, remedy) : warning(check, `${said} (no resource needs them now)`, remedy);
  if (findings.length > 0) return warning(check, findings.map(findingText).join("; "), WAIT);
  return ok(check, `all ${flow.rows.length} are known, and work`);
}

const LONGEST_ERROR = 150;

// Rules that fail together mostly fail for one reason.
function errorTexts(findings: readonly Finding[], errors: ReadonlyMap<string, string>): readonly string[] {
  const failing = findings.flatMap((finding) => (finding.kind === "failing" ? finding.alerts : []));
  const first = failing.find((alert) => errors.has(alert));
  return first === undefined ? [] : [`${first} says: ${sanitize(errors.get(first) ?? "", LONGEST_ERROR)}`];
}

function flowName({ of, when = {} }: Flow): string {
  const marks = [...(when.has ?? []), ...(when.lacks ?? []).map((path) => `no ${path}`)];
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
