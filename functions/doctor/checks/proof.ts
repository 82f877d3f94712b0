import { type Flow, isJudged, type JudgedFlow, type NamedProfile } from "../../core/profile/profile.ts";
import { durationText } from "../../core/time.ts";
import {
  type Asked,
  ageDoubts,
  clockDoubts,
  ownershipDoubts,
  type Read,
  ruleDoubts,
  silenceDoubts,
  youthOfSource,
} from "../../core/verdict/proof.ts";
import { type Check, failed, failedBy, ok, warning } from "./check.ts";

export const PROOF = "proof of health";

/** What makes a reading fit to prove health, item by item. @param isUsed whether some resource is judged by a flow */
export function proofChecks(profiles: readonly NamedProfile[], reading: Read, isUsed: (flow: Flow) => boolean): readonly Check[] {
  const complete = item(
    "complete",
    "nothing is missing from the answer",
    reading.warnings,
    "see why a part of the source does not answer: what it holds is not known",
  );
  const { evidence } = reading;
  if (evidence.was === "waived") return [complete, ok(PROOF, "waived: `proof: none` vouches that silence is health")];
  if (evidence.was === "unreadable")
    return [complete, failedBy(PROOF, { code: evidence.code, message: `the rules API cannot be read: ${evidence.code}` })];
  const flows = profiles.flatMap((profile) => profile.flows.filter(isJudged).map((flow) => ruleItem(flow, evidence, isUsed(flow))));
  return [complete, ...flows, watchedItem(reading, evidence), clockItem(evidence), ageItem(profiles, reading, evidence)];
}

function item(check: string, fine: string, doubts: readonly string[], remedy: string): Check {
  return doubts.length === 0 ? ok(check, fine) : failed(check, doubts.join("; "), remedy);
}

const LOAD = "bring the rules there: `rules sync`, or what `rules render` prints";
const REPAIR = "see the error of each beside the rule at /rules of that Prometheus; `rules render` prints ours";

function ruleItem(flow: JudgedFlow, evidence: Asked, isUsed: boolean): Check {
  const check = `rules of ${flowName(flow)}`;
  const { broken, unevaluated } = ruleDoubts(flow, evidence);
  const said = broken.join("; ");
  const remedy = said.includes("not loaded") ? LOAD : REPAIR;
  if (broken.length > 0) return isUsed ? failed(check, said, remedy) : warning(check, `${said} (no resource needs them now)`, remedy);
  if (unevaluated.length > 0) return warning(check, unevaluated.join("; "), WAIT);
  return ok(check, `all ${flow.rows.length} are known, and work`);
}

function flowName({ of, when = {} }: Flow): string {
  const marks = [...(when.has ?? []), ...(when.lacks ?? []).map((path) => `no ${path}`)];
  return marks.length === 0 ? of.kind : `${of.kind} (${marks.join(", ")})`;
}

function watchedItem(reading: Read, evidence: Asked): Check {
  const doubts = [...ownershipDoubts(reading), ...silenceDoubts(reading, evidence)];
  const remedy = reading.isShared
    ? "compare `labels` with those of the watchdog's alert: each aggregation has to keep them (`rules render --fleet`)"
    : "see at /targets of that Prometheus what it scrapes";
  return item(
    "watched",
    reading.isShared ? "its watchdog carries the labels of this cluster" : "the source watches this cluster",
    doubts,
    remedy,
  );
}

function clockItem(evidence: Asked): Check {
  const fine = `its clock is off by ${Math.round(Math.abs(evidence.skewMs) / 1000)} s`;
  return item("on time", fine, clockDoubts(evidence), "set the clocks right (NTP), of the source or of this machine");
}

const WAIT = "wait: until then conditions stay as they are; if it comes back, Prometheus keeps restarting";

function ageItem(profiles: readonly NamedProfile[], reading: Read, evidence: Asked): Check {
  const check = "old enough";
  const unknown = ageDoubts(reading, evidence);
  if (unknown.length > 0)
    return failed(check, unknown.join("; "), `render our rules: they bring the watchdog that tells the age (${LOAD})`);
  const youth = [...new Set(profiles.flatMap((profile) => youthOfSource(profile, reading, evidence)))];
  if (youth.length > 0) return warning(check, youth.join("; "), WAIT);
  return ok(check, evidence.ageMs === undefined ? "the watchdog fires" : `it started ${ageText(evidence.ageMs)} ago`);
}

function ageText(ms: number): string {
  return durationText(Math.floor(ms / 60_000) * 60_000 || Math.floor(ms / 1_000) * 1_000);
}
