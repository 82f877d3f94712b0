// Builds the sources from which the scenes of the fault matrix are composed.

import type { Sources } from "./fault-matrix-cluster.ts";
import { breaking, type Fault } from "./fault-matrix-faults.ts";
import { areEvaluated, flows, isLost, isOld, isOldByStart, kymasRules, type Lab, ourRules, until, untilRules } from "./fault-matrix-lab.ts";
import type { Evaluator } from "./fault-matrix-servers.ts";
import { unhurried } from "./hurried-rules.ts";

/** What really becomes of the telemetry. */
export type Truth = "flows" | "is lost";
/** Brings a situation about with real Prometheis, and says where a pass has to read; `pass` is one that meets it earlier. */
export type Scene = (lab: Lab, truth: Truth, pass: (sources: Sources) => Promise<unknown>) => Promise<Sources>;

export const LOST = /AllDataDropped/;
/** As many alerts say so: one for each collector. */
export const LOSSES = 6;

export const at = (...sources: readonly Pick<Evaluator, "url" | "headers">[]): Sources => ({
  alerts: sources.map(({ url, headers }) => ({ url, ...(headers && { headers }) })),
});
export const counters = (truth: Truth) => (truth === "flows" ? flows("backend") : isLost("backend"));
export const traffic = (lab: Lab, truth: Truth) => lab.once(`traffic ${truth}`, (root) => root.traffic(counters(truth)));

/** One that has just been started, with these rules. */
export async function started(lab: Lab, truth: Truth, rules: object = ourRules): Promise<Evaluator> {
  const { targets } = await traffic(lab, truth);
  return lab.start({ targets, rules });
}

/** One that has watched for long enough, with these rules. */
export async function old(lab: Lab, truth: Truth, rules: object = ourRules): Promise<Evaluator> {
  const prometheus = await started(lab, truth, rules);
  await (rules === kymasRules ? isOldByStart(prometheus) : isOld(prometheus));
  return prometheus;
}

/** The Prometheus that many situations share, with the rendered rules or Kyma's own; where telemetry is lost, its alerts fire. */
export const steady = (lab: Lab, truth: Truth, rules: "rendered" | "Kyma's" = "rendered") =>
  lab.once(`${rules} rules, telemetry ${truth}`, async (root) => {
    const prometheus = await old(root, truth, rules === "rendered" ? ourRules : kymasRules);
    if (truth === "is lost") await until(prometheus, LOST, LOSSES);
    return prometheus;
  });

/** One that was restarted a moment ago, on what it has stored; the moment lasts until the lab closes. */
export const restarted = (lab: Lab, truth: Truth) =>
  lab.once(`restarted, telemetry ${truth}`, async (root) => {
    const prometheus = await old(root, truth);
    await prometheus.restart(unhurried(ourRules));
    await untilRules(prometheus, areEvaluated);
    return prometheus;
  });

export const dead = (lab: Lab) =>
  lab.once("a dead one", async (root) => {
    const prometheus = await root.start({});
    await prometheus.kill();
    return prometheus;
  });

/** The steady one, behind something that breaks what it answers. */
export const broken =
  (fault: Fault, { rules = "rendered", ...more }: Partial<Sources> & { rules?: "rendered" | "Kyma's" } = {}): Scene =>
  async (lab, truth) => {
    const { url, headers } = await steady(lab, truth, rules);
    const proxy = await breaking(url, fault);
    lab.closesWith(proxy.close);
    return { ...at({ url: proxy.url, headers }), ...more };
  };
