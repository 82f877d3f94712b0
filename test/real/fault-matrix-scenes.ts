// Creates each situation of the fault matrix with real Prometheuses.

import { join } from "node:path";
import { inject } from "vitest";
import { apiRequest } from "../support/api-request.ts";
import { type Series, services } from "../support/kyma-metrics.ts";
import type { Target } from "../support/real-prometheus.ts";
import { installSelfMonitor } from "../support/self-monitor.ts";
import type { Sources } from "./fault-matrix-cluster.ts";
import { answersRules, breaking, hasNoStartTime } from "./fault-matrix-faults.ts";
import {
  areEvaluated,
  flows,
  hurried,
  isLost,
  isOld,
  isOldByStart,
  isRefused,
  kymasRules,
  type Lab,
  ourRules,
  type RuleState,
  rulesOf,
  slow,
  tracesAreLost,
  until,
  untilRules,
} from "./fault-matrix-lab.ts";
import type { Evaluator } from "./fault-matrix-servers.ts";
import { at, broken, counters, dead, LOSSES, LOST, old, restarted, type Scene, started, steady, traffic } from "./fault-matrix-sources.ts";
import { eachRule, hurriedRules, unhurried } from "./hurried-rules.ts";

export const isSteady: Scene = async (lab, truth) => at(await steady(lab, truth));
export const isDown: Scene = async (lab) => at(await dead(lab));

/** It scrapes for others, and evaluates nothing. */
export const isAgent: Scene = (lab) => lab.once("an agent", async (root) => at(await root.start({ isAgent: true })));

/** Read through the service proxy of the real API server. */
export const isDownBehindProxy: Scene = async (lab) => {
  const { server, ca, adminToken } = inject("kubernetes")!;
  const service = { namespace: "kyma-system", name: "fault-matrix", port: 9090 };
  const folder = await lab.once("behind the service proxy", async (root) => {
    const prometheus = await root.start({ address: "10.200.0.1" });
    await prometheus.kill();
    await installSelfMonitor(apiRequest({ server, ca, token: adminToken }), prometheus.url, service.name);
    return root.folderOf({ "ca.pem": ca, token: adminToken });
  });
  const login = { ca: { file: join(folder, "ca.pem") }, auth: { token: { file: join(folder, "token") } } };
  return { alerts: { service }, kubernetes: { server, ...login } };
};

export const isVouchedFor: Scene = async (lab, truth, pass) => {
  const { alerts } = await broken(answersRules(404))(lab, truth, pass);
  return { alerts: [alerts].flat().map((source) => ({ ...source, proof: "none" })) };
};

export const clockAhead =
  (aheadMs: number): Scene =>
  async (lab, truth) => ({ ...at(await steady(lab, truth)), aheadMs });

const NOWHERE = "http://127.0.0.1:9/metrics";
// One for each service of each flow.
const ABSENCES = 6;

export const isRestarted: Scene = async (lab, truth) => ({ ...at(await restarted(lab, truth)), profile: slow });

const unhurriedButWatched = eachRule(ourRules, (rule) => [/Watchdog/.test(rule.alert) ? rule : { ...rule, for: "9m" }]);

/** Restarted on what it has stored, with the watchdogs restored: they fire again, and no other alert can yet. */
export const isRestored: Scene = async (lab, truth) => {
  const scraped = await lab.traffic(counters("flows"));
  const prometheus = await lab.start({ targets: scraped.targets });
  await isOld(prometheus);
  scraped.flow(counters(truth));
  await prometheus.restart(unhurriedButWatched);
  await isOld(prometheus);
  return { ...at(prometheus), profile: slow };
};

const young = (prometheus: Evaluator): Sources => ({ ...at(prometheus), profile: slow });

/** Passes meet it dead, and young. */
export const isCrashLooping: Scene = async (lab, truth, pass) => {
  const prometheus = await started(lab, truth, unhurried(ourRules));
  for (const _ of [1, 2]) {
    await prometheus.kill();
    await pass(young(prometheus));
    await prometheus.restart();
    await untilRules(prometheus, areEvaluated);
    await pass(young(prometheus));
  }
  return young(prometheus);
};

export const hasKymasRules: Scene = async (lab, truth) => at(await steady(lab, truth, "Kyma's"));
export const hasKymasRulesAndIsYoung: Scene = async (lab, truth) => {
  const prometheus = await started(lab, truth, kymasRules);
  await untilRules(prometheus, areEvaluated);
  return { ...at(prometheus), profile: slow };
};
export const hasKymasRulesAndNoTargets: Scene = async (lab) => {
  const prometheus = await lab.start({ rules: kymasRules });
  await isOldByStart(prometheus);
  return at(prometheus);
};

/** One of its own, that is old and scrapes this; `happens` waits until it has. */
const watching =
  (series: readonly Series[], happens: (prometheus: Evaluator) => Promise<void>): Scene =>
  async (lab) => {
    const { targets } = await lab.traffic(series);
    const prometheus = await lab.start({ targets });
    await isOld(prometheus);
    await happens(prometheus);
    return at(prometheus);
  };

export const targetsDown: Scene = async (lab) => {
  const scraped = await lab.traffic(flows("backend"));
  const prometheus = await lab.start({ targets: scraped.targets });
  await isOld(prometheus);
  await scraped.close();
  await until(prometheus, /TargetsAbsent/, ABSENCES);
  return at(prometheus);
};
/** The targets of one service are down, those of the others are up. */
export const isDownAlone =
  (service: string, absences: number): Scene =>
  async (lab) => {
    const { targets } = await traffic(lab, "flows");
    const prometheus = await lab.start({ targets: { ...targets, [service]: NOWHERE } });
    await isOld(prometheus);
    await until(prometheus, /TargetsAbsent/, absences);
    return at(prometheus);
  };
export const targetsGone: Scene = async (lab) => {
  const prometheus = await lab.start({});
  await until(prometheus, /TargetsAbsent/, ABSENCES);
  await isOld(prometheus);
  return at(prometheus);
};

const patient = eachRule(ourRules, (rule) => [/SomeDataDropped/.test(rule.alert) ? { ...rule, for: "9m" } : rule]);

const pendingOnly = (lab: Lab): Promise<Evaluator> =>
  lab.once("pending only", async (root) => {
    const scraped = await root.traffic(flows("backend"));
    const prometheus = await root.start({ targets: scraped.targets, rules: patient });
    await isOld(prometheus);
    scraped.flow([...flows("backend"), ...isLost("backend")]);
    await until(prometheus, /SomeDataDropped/, LOSSES, "pending");
    return prometheus;
  });
export const onlyPending: Scene = async (lab) => at(await pendingOnly(lab));
/** The same, and nothing tells when the evaluator started. */
export const onlyPendingWithoutStart: Scene = async (lab) => {
  const proxy = await breaking((await pendingOnly(lab)).url, hasNoStartTime);
  lab.closesWith(proxy.close);
  return at(proxy);
};

const isKeptFiring = ({ keepFiringSince = "0001" }: { keepFiringSince?: string }) => !keepFiringSince.startsWith("0001");

const lossesIn = (rules: readonly RuleState[]) =>
  rules.filter(({ name, alerts }) => LOST.test(name) && alerts.some(({ state }) => state === "firing"));
const areAllKept = (rules: readonly RuleState[]) => lossesIn(rules).filter(({ alerts }) => alerts.some(isKeptFiring)).length === LOSSES;

/** Nothing was lost for longer than the window, but it was a moment ago. */
export const flapping: Scene = async (lab) => {
  const scraped = await lab.traffic([]);
  const prometheus = await lab.start({ targets: scraped.targets });
  // On a busy machine one of them may have been kept long enough before another one is.
  do {
    scraped.flow(isLost("backend"));
    await until(prometheus, LOST, LOSSES);
    scraped.flow([]);
    await untilRules(prometheus, (rules) => areAllKept(rules) || lossesIn(rules).length < LOSSES);
  } while (!areAllKept(await rulesOf(prometheus)));
  return at(prometheus);
};

export const isRefusing = watching([...flows("backend"), ...isRefused], (prometheus) => until(prometheus, /Throttling/, 3));
export const losesTraces = watching(tracesAreLost("backend"), (prometheus) => until(prometheus, LOST));

/** Everything of this pipeline is lost, and `backend` flows. */
export const loses =
  (name: string): Scene =>
  (lab, truth, pass) =>
    lab.once(`${name} is lost`, (root) =>
      watching([...flows("backend"), ...isLost(name)], (prometheus) => until(prometheus, LOST, LOSSES))(root, truth, pass),
    );

const byCluster = hurriedRules(hurried, ["cluster"]);
const ofCluster = (cluster: string, targets: Readonly<Record<string, string>>): Target[] =>
  Object.entries(targets).map(([service, url]) => ({ url, labels: { service, cluster } }));
const NO_TARGETS = Object.fromEntries(Object.values(services).map((service) => [service, NOWHERE]));

const central = (lab: Lab) =>
  lab.once("central", async (root) => {
    const wellTargets = (await traffic(root, "flows")).targets;
    const lostTargets = (await traffic(root, "is lost")).targets;
    const targets = [...ofCluster("flows", wellTargets), ...ofCluster("is-lost", lostTargets), ...ofCluster("down", NO_TARGETS)];
    const prometheus = await root.start({ rules: byCluster, targets });
    await until(prometheus, /Watchdog/, 3 * byCluster.groups.length);
    await until(prometheus, LOST, LOSSES);
    await until(prometheus, /TargetsAbsent/, ABSENCES);
    return prometheus;
  });

/** One Prometheus for the clusters `flows`, `is-lost` and `down`, asked for one. */
export const centralFor =
  (cluster: string): Scene =>
  async (lab) => {
    const { url, headers } = await central(lab);
    return { alerts: { url, headers, labels: { cluster } } };
  };

/** The rules tell clusters apart, and nothing is scraped at all. */
export const watchdogIsSilent: Scene = async (lab) => {
  const prometheus = await lab.start({ rules: byCluster });
  await isOldByStart(prometheus);
  return at(prometheus);
};

/** What stands behind the source dies, and the source itself does not. */
export const isDownBehind: Scene = async (lab, truth) => {
  const evaluator = await old(lab, truth);
  if (truth === "is lost") await until(evaluator, LOST, LOSSES);
  await evaluator.killBehind?.();
  return at(evaluator);
};

export const oneOfTwoDown: Scene = async (lab, truth) => at(await steady(lab, truth), await dead(lab));
export const bothDown: Scene = async (lab) => at(await dead(lab), await dead(lab));
export const oneOfTwoRestarted: Scene = async (lab, truth) => at(await steady(lab, truth), await restarted(lab, truth));
export const oneRestartedOneDown: Scene = async (lab, truth) => ({ ...at(await restarted(lab, truth), await dead(lab)), profile: slow });
export const oneOfTwoSeesTheLoss: Scene = async (lab) => at(await steady(lab, "flows"), await steady(lab, "is lost"));
