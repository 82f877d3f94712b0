// Lists the situations of the fault matrix, and the verdict of each flow in them.

import { services } from "../support/kyma-metrics.ts";
import type { Names, Stance } from "./fault-matrix-cluster.ts";
import * as faults from "./fault-matrix-faults.ts";
import * as rules from "./fault-matrix-rules.ts";
import * as scenes from "./fault-matrix-scenes.ts";
import { type MatrixServer, prometheus } from "./fault-matrix-servers.ts";
import { broken, type Scene, type Truth } from "./fault-matrix-sources.ts";

/** The status after a pass: `kept` is the previous one, or `Unknown` without one. */
export type Cell = "True" | "Unknown" | "kept" | `${"False" | "Unknown"} ${string}`;
type Cells = readonly [traces: Cell, metrics: Cell, logs: Cell, logsWithoutInputs: Cell, fluentBit: Cell];
/** `unknowable`: the alerts cannot show it, so that neither `True` nor `False` is right. */
type Truths = Truth | "unknowable";

export type Row = Names & {
  readonly when: string;
  readonly scene: Scene;
  /** What telemetry really does; a row for both is tried with both. */
  readonly telemetry: readonly Truth[];
  /** Where it is not the same for every flow, or not known. */
  readonly truth?: Truths | readonly Truths[];
  readonly says: Cells;
  /** Part of what decided, for every flow that is not `True`; `""` where all are. */
  readonly because: string;
  /** What may have stood before, where the situation does not allow everything. */
  readonly stood?: readonly Stance[];
  /** A known limit: `True` although the state is unknowable. */
  readonly limit?: true;
  /** What is said where the source does not tell its start, where that is something else. */
  readonly withoutStart?: Pick<Row, "says" | "because" | "stood">;
};

const BOTH: readonly Truth[] = ["flows", "is lost"];
const FLOWS: readonly Truth[] = ["flows"];
const LOST: readonly Truth[] = ["is lost"];

const True: Cells = ["True", "True", "True", "True", "True"];
const Unknown: Cells = ["Unknown", "Unknown", "Unknown", "True", "Unknown"];
const Kept: Cells = ["kept", "kept", "kept", "True", "kept"];
const all = (gateway: Cell, agent: Cell): Cells => [gateway, gateway, agent, "True", agent];
const False = all("False GatewayAllTelemetryDataDropped", "False AgentAllTelemetryDataDropped");

const row = (
  when: string,
  scene: Scene,
  telemetry: readonly Truth[],
  says: Cells,
  because: string,
  more: Omit<Row, "when" | "scene" | "telemetry" | "says" | "because"> = {},
): Row => ({ when, scene, telemetry, says, because, ...more });

const MINUTES = 60_000;

const GATEWAY = "Unknown GatewayProbingFailed";
const AGENT = "Unknown AgentProbingFailed";
const DOWN_ALONE = {
  gateway: { what: "the gateway", cells: [GATEWAY, GATEWAY, GATEWAY, "True", "True"], absences: 3 },
  metricAgent: { what: "the metric agent", cells: ["True", AGENT, "True", "True", "True"], absences: 1 },
  logAgent: { what: "the log agent", cells: ["True", "True", AGENT, "True", "True"], absences: 1 },
  fluentBit: { what: "Fluent Bit", cells: ["True", "True", "True", "True", AGENT], absences: 1 },
} as const;

function downAlone(name: keyof typeof DOWN_ALONE): Row {
  const { what, cells, absences } = DOWN_ALONE[name];
  const truth = cells.map((cell) => (cell === "True" ? "flows" : "unknowable"));
  return row(`${what} alone is down`, scenes.isDownAlone(services[name], absences), FLOWS, cells, "TargetsAbsent", { truth });
}

// Played on Prometheus 3.16 alone: they are about how that one restarts and stalls, or play the dialects of others.
const ONLY: ReadonlySet<string> = new Set([
  "it is down behind the API server's service proxy (503)",
  "Mimir's root answers with its Alertmanager's YAML",
  "it runs in agent mode",
  "Thanos Query: `alerts: null` for none",
  "Thanos Ruler: the key `Alerts`",
  "Amazon: an empty `error` beside",
  "more alerts than the group's `limit`",
  "evaluation is stalled, alerts still fire",
  "evaluation is stalled, nothing fires",
  "just restarted",
  "just restarted, the outage still on",
  "restarted, its watchdog restored",
  "restarted, its watchdog restored, telemetry lost meanwhile",
  "it crashes again and again",
  "no start time (Mimir), the watchdog fires",
  "no start time (Mimir), Kyma's own rules",
  "a start time that is not the evaluator's (Thanos)",
  "a start time that is not the evaluator's, Kyma's own rules",
  "Kyma's own 17 rules, just restarted",
  "Kyma's own 17 rules, targets down",
  "alerts are only pending, no start time",
  "alerts flap",
  "a pair, one freshly restarted",
  "a pair, one freshly restarted and one down",
]);

const rows: readonly Row[] = [
  row("it is well", scenes.isSteady, FLOWS, True, ""),
  row("it is well", scenes.isSteady, LOST, False, "AllDataDropped"),

  row("it is down", scenes.isDown, BOTH, Unknown, "alerts unreadable: connection-refused"),
  row("it is down behind the API server's service proxy (503)", scenes.isDownBehindProxy, BOTH, Unknown, "alerts unreadable: unavailable"),
  row("it runs in agent mode", scenes.isAgent, BOTH, Unknown, "alerts unreadable: unavailable"),
  row("it hangs", broken(faults.hangs, { requestMs: 500 }), BOTH, Unknown, "alerts unreadable: timeout"),
  row("it answers 401", broken(faults.answers(401)), BOTH, Unknown, "alerts unreadable: unauthorized"),
  row("it answers 403", broken(faults.answers(403)), BOTH, Unknown, "alerts unreadable: forbidden"),
  row("it answers 404", broken(faults.answers(404)), BOTH, Unknown, "alerts unreadable: not-found"),
  row("it answers 500", broken(faults.answers(500)), BOTH, Unknown, "alerts unreadable: unavailable"),
  row("a proxy answers 502 with HTML", broken(faults.badGateway), BOTH, Unknown, "alerts unreadable: unavailable"),
  row("a login page answers 200 with HTML", broken(faults.loginPage), BOTH, Unknown, "alerts unreadable: malformed"),
  row("the JSON ends in the middle", broken(faults.halfJson), BOTH, Unknown, "alerts unreadable: malformed"),
  row("the answer breaks off", broken(faults.breaksOff), BOTH, Unknown, "alerts unreadable: connection-reset"),
  row("the body is empty", broken(faults.empty), BOTH, Unknown, "alerts unreadable: malformed"),
  row("Mimir's root answers with its Alertmanager's YAML", broken(faults.mimirRoot), BOTH, Unknown, "alerts unreadable: malformed"),

  row("Thanos Query: `alerts: null` for none", broken(faults.thanosQuery, { rules: "Kyma's" }), FLOWS, True, ""),
  row("Thanos Ruler: the key `Alerts`", broken(faults.thanosRuler), FLOWS, True, ""),
  row("Thanos Ruler: the key `Alerts`", broken(faults.thanosRuler), LOST, False, "AllDataDropped"),
  row("Amazon: an empty `error` beside", broken(faults.amazon), FLOWS, True, ""),
  row("Amazon: an empty `error` beside", broken(faults.amazon), LOST, False, "AllDataDropped"),
  row("a partial answer, with `warnings`", broken(faults.partial), FLOWS, Unknown, "partial answer: receive series from one of two stores"),
  row("a partial answer, with `warnings`", broken(faults.partial), LOST, False, "AllDataDropped"),

  row("the rules API answers 403", broken(faults.answersRules(403)), FLOWS, Unknown, "rules unreadable: forbidden"),
  row("the rules API answers 403", broken(faults.answersRules(403)), LOST, False, "AllDataDropped"),
  row("the rules API answers 404, and `proof: none`", scenes.isVouchedFor, FLOWS, True, ""),
  row("the rules API answers 404, and `proof: none`", scenes.isVouchedFor, LOST, False, "AllDataDropped"),
  row("the rules are not loaded", rules.withoutRules, BOTH, Unknown, "rules not loaded: "),
  row("one rule is missing", rules.oneRuleMissing, BOTH, Unknown, "rules not loaded: "),
  row("a rule fails (many-to-many matching)", rules.failingRule, BOTH, Unknown, "rules failing: "),
  row("a rule fails since its alert fires", rules.failingSinceItFired, FLOWS, Unknown, "rules failing: "),
  row("more alerts than the group's `limit`", rules.overLimit, LOST, Unknown, "rules failing: "),
  row("evaluation is stalled, alerts still fire", rules.stalled, FLOWS, Unknown, "rules stalled: "),
  row("evaluation is stalled, nothing fires", rules.stalled, LOST, Unknown, "rules stalled: "),

  row("just restarted", scenes.isRestarted, FLOWS, Kept, "young: started", { stood: ["nothing", "True", "Unknown"] }),
  row("just restarted, the outage still on", scenes.isRestarted, LOST, Kept, "young: started", { stood: ["nothing", "False", "Unknown"] }),
  row("restarted, its watchdog restored", scenes.isRestored, FLOWS, Kept, "young: started", { stood: ["nothing", "True", "Unknown"] }),
  row("restarted, its watchdog restored, telemetry lost meanwhile", scenes.isRestored, LOST, Kept, "young: started", {
    stood: ["nothing", "False", "Unknown"],
  }),
  row("it crashes again and again", scenes.isCrashLooping, BOTH, Unknown, "young: started"),
  row("its clock is 5 minutes behind", scenes.clockAhead(5 * MINUTES), FLOWS, Unknown, "the source's clock is off by"),
  row("its clock is 5 minutes ahead", scenes.clockAhead(-5 * MINUTES), FLOWS, Unknown, "the source's clock is off by"),
  row("its clock is 5 minutes behind", scenes.clockAhead(5 * MINUTES), LOST, False, "AllDataDropped"),
  row("its clock is 1 minute behind", scenes.clockAhead(MINUTES), FLOWS, True, ""),

  row("no start time (Mimir), the watchdog fires", broken(faults.hasNoStartTime), FLOWS, True, ""),
  row("no start time (Mimir), Kyma's own rules", broken(faults.hasNoStartTime, { rules: "Kyma's" }), FLOWS, Unknown, "age unknown: "),
  row("a start time that is not the evaluator's (Thanos)", broken(faults.hasItsOwnStartTime), FLOWS, True, ""),
  row(
    "a start time that is not the evaluator's, Kyma's own rules",
    broken(faults.hasItsOwnStartTime, { rules: "Kyma's" }),
    FLOWS,
    Unknown,
    "age unknown: ",
  ),
  row("Kyma's own 17 rules", scenes.hasKymasRules, FLOWS, True, "", { withoutStart: { says: Unknown, because: "age unknown: " } }),
  row("Kyma's own 17 rules", scenes.hasKymasRules, LOST, False, "AllDataDropped"),
  row("Kyma's own 17 rules, just restarted", scenes.hasKymasRulesAndIsYoung, FLOWS, Kept, "young: started", {
    stood: ["nothing", "True", "Unknown"],
  }),
  row("Kyma's own 17 rules, targets down", scenes.hasKymasRulesAndNoTargets, FLOWS, True, "", { truth: "unknowable", limit: true }),

  row("targets are down", scenes.targetsDown, FLOWS, Unknown, "TargetsAbsent", { truth: "unknowable" }),
  ...(["gateway", "metricAgent", "logAgent", "fluentBit"] as const).map((name) => downAlone(name)),
  row("targets are gone", scenes.targetsGone, FLOWS, Unknown, "TargetsAbsent", { truth: "unknowable" }),
  row("alerts are only pending", scenes.onlyPending, FLOWS, True, "", {
    withoutStart: { says: Kept, because: "pending, and the start of the evaluator", stood: ["nothing", "True", "Unknown"] },
  }),
  row("alerts are only pending, no start time", scenes.onlyPendingWithoutStart, FLOWS, Kept, "pending, and the start of the evaluator", {
    stood: ["nothing", "True", "Unknown"],
  }),
  row("alerts flap", scenes.flapping, LOST, False, "AllDataDropped"),
  row(
    "the gateway refuses data: an alert without a name",
    scenes.isRefusing,
    LOST,
    ["False GatewayThrottling", "False GatewayThrottling", "False GatewayThrottling", "True", "True"],
    "Throttling",
    { truth: ["is lost", "is lost", "is lost", "flows", "flows"] },
  ),
  row("a dotted name: that pipeline", scenes.loses("back.end"), LOST, False, "AllDataDropped", { name: "back.end", siblings: ["backend"] }),
  row("a dotted name: its siblings", scenes.loses("back.end"), FLOWS, True, "", { siblings: ["back.end"] }),
  row(
    "the same name in two kinds",
    scenes.losesTraces,
    LOST,
    ["False GatewayAllTelemetryDataDropped", "True", "True", "True", "True"],
    "AllDataDropped",
    { truth: ["is lost", "flows", "flows", "flows", "flows"] },
  ),
  row("alerts for a deleted pipeline", scenes.loses("deleted"), FLOWS, True, ""),

  row("central, this cluster is well", scenes.centralFor("flows"), FLOWS, True, ""),
  row("central, this cluster's telemetry is lost", scenes.centralFor("is-lost"), LOST, False, "AllDataDropped"),
  row("central, this cluster's targets are down", scenes.centralFor("down"), FLOWS, Unknown, "TargetsAbsent", { truth: "unknowable" }),
  row("central, without this cluster's watchdog", scenes.centralFor("elsewhere"), FLOWS, Unknown, "not watched: ", { truth: "unknowable" }),
  row("a watchdog that neither waits nor fires", scenes.watchdogIsSilent, FLOWS, Unknown, "not watched: ", { truth: "unknowable" }),

  row("a pair, one down", scenes.oneOfTwoDown, FLOWS, True, ""),
  row("a pair, one down", scenes.oneOfTwoDown, LOST, False, "AllDataDropped"),
  row("a pair, one freshly restarted", scenes.oneOfTwoRestarted, FLOWS, True, ""),
  row("a pair, one freshly restarted", scenes.oneOfTwoRestarted, LOST, False, "AllDataDropped"),
  row("a pair, one freshly restarted and one down", scenes.oneRestartedOneDown, FLOWS, Kept, "young: ", {
    stood: ["nothing", "True", "Unknown"],
  }),
  row("a pair, only one sees the loss", scenes.oneOfTwoSeesTheLoss, LOST, False, "AllDataDropped"),
  row("a pair, both down", scenes.bothDown, BOTH, Unknown, "alerts unreadable: connection-refused"),
];

/** The situations that a server can be in, and the verdicts there. */
export function matrixOf({ name, tellsStart, becauseBehind }: MatrixServer): readonly Row[] {
  if (name === prometheus.name) return rows;
  const behind =
    becauseBehind === undefined ? [] : [row("what stands behind it is down", scenes.isDownBehind, BOTH, Unknown, becauseBehind)];
  const own = rows.filter(({ when }) => !ONLY.has(when)).map((one) => (tellsStart ? one : { ...one, ...one.withoutStart }));
  return [...own, ...behind];
}
