// Changes the rules of the fault matrix so that they fail, stall or hit a limit.

import type { Rule, RuleGroups } from "../../functions/rules/render.ts";
import { services } from "../support/kyma-metrics.ts";
import { startRemoteStore } from "./fault-matrix-faults.ts";
import { flows, isLost, isOld, ourRules, until, untilRules } from "./fault-matrix-lab.ts";
import { at, counters, LOSSES, LOST, old, type Scene, started } from "./fault-matrix-sources.ts";
import { eachRule } from "./hurried-rules.ts";

/** The rendered rules, with those about a total loss replaced by the result of `change`. */
const changedLosses = (change: (rule: Rule) => readonly Rule[]) =>
  eachRule(ourRules, (rule) => (LOST.test(rule.alert) ? change(rule) : [rule]));
const inEachGroup = (more: (group: RuleGroups["groups"][number]) => object): { groups: object[] } => ({
  groups: ourRules.groups.map((group) => ({ ...group, ...more(group) })),
});

export const withoutRules: Scene = async (lab, truth) => at(await started(lab, truth, { groups: [] }));

const missing = changedLosses(() => []);
export const oneRuleMissing: Scene = async (lab, truth) => at(await old(lab, truth, missing));

const failing = changedLosses((rule) => [{ ...rule, expr: "up * on () up" }]);
export const failingRule: Scene = async (lab, truth) => at(await old(lab, truth, failing));

const POISON = ["a", "b"].map((side) => ({ of: { service: services.gateway, metric: "poison", labels: { side }, cut: {} }, is: 1 }));
const poisonable: RuleGroups = changedLosses((rule) => [{ ...rule, expr: `(${rule.expr}) or (poison * on () poison)` }]);

/** The rules fail before telemetry flows again: their alerts stay as they are. */
export const failingSinceItFired: Scene = async (lab) => {
  const traffic = await lab.traffic(isLost("backend"));
  const prometheus = await lab.start({ rules: poisonable, targets: traffic.targets });
  await until(prometheus, LOST, LOSSES);
  await isOld(prometheus);
  traffic.flow(isLost("backend"), POISON);
  await untilRules(prometheus, (rules) => rules.filter(({ health }) => health === "err").length === LOSSES);
  traffic.flow(flows("backend"), POISON);
  await until(prometheus, LOST, LOSSES);
  return at(prometheus);
};

/** Two pipelines lose everything, and a rule may fire once. */
export const overLimit: Scene = async (lab) => {
  const { targets } = await lab.traffic([...isLost("backend"), ...isLost("other")]);
  const prometheus = await lab.start({ rules: inEachGroup(() => ({ limit: 1 })), targets });
  await isOld(prometheus);
  await untilRules(prometheus, (rules) => rules.filter(({ health }) => health === "err").length === LOSSES);
  return at(prometheus);
};

const asksOthers = { alert: "AsksOthers", expr: 'some_series{remote="yes"} > 0', for: "1s" };

// A little more than three evaluations.
const STALE_MS = 7_000;

/** The last rule of each group is being evaluated for good, and only then telemetry turns into what is true. */
export const stalled: Scene = async (lab, truth) => {
  const before = truth === "flows" ? "is lost" : "flows";
  const store = await startRemoteStore();
  lab.closesWith(store.close);
  const traffic = await lab.traffic(counters(before));
  const rules = inEachGroup((group) => ({ rules: [...group.rules, asksOthers] }));
  const prometheus = await lab.start({ targets: traffic.targets, rules, remoteRead: store.url });
  await isOld(prometheus);
  if (before === "is lost") await until(prometheus, LOST, LOSSES);
  store.hang();
  traffic.flow(counters(truth));
  const isStale = ({ lastEvaluation }: { lastEvaluation: string }) => Date.now() - Date.parse(lastEvaluation) > STALE_MS;
  await untilRules(prometheus, (states) => states.every(isStale));
  return at(prometheus);
};
