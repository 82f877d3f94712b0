// Makes the bill of a month from what one tick of a fleet took: list prices of us-east-1 and arm64, without free tier.

import type { Metrics } from "../../../functions/core/outcome/metrics.ts";

/** What one tick takes of a fleet that is well and whose functions are warm, in the mean, as `npm run bench:system` measured it. */
export type MeasuredTick = {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly date: string;
  /** How many processes wanted a core, as the mean of five minutes: what else the machine did. */
  readonly load: number;
  readonly clusters: number;
  readonly shards: number;
  /** Until the last cluster was done, and what reconcile is billed: in the first tick, in which every process begins and reads every login. */
  readonly coldMs: number;
  readonly coldGbSeconds: number;
  /** Until the last cluster is done. */
  readonly ms: number;
  readonly dispatchGbSeconds: number;
  readonly reconcileGbSeconds: number;
  /** Of reconcile: as the local cloud would bill it, and the CPU of its processes. */
  readonly billedSeconds: number;
  readonly cpuSeconds: number;
  /** To clusters: requests, connections that were opened, and those of them that resumed a TLS session. */
  readonly requests: number;
  readonly connections: number;
  readonly resumed: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly logBytes: number;
};

export type Row = { readonly what: string; readonly from: string; readonly dollars: number };
export type Bill = { readonly rows: readonly Row[]; readonly perCluster: number; readonly watching: number; readonly inAll: number };

// Metrics that have a value in every hour of a fleet in which conditions change, senders push and some clusters are in trouble.
const HOURLY: readonly (keyof Metrics)[] = [
  ...(["TicksDispatched", "ClustersDispatched", "ShardsDispatched", "TickDelay", "RunsCompleted", "RunDuration"] as const),
  ...(["OldestRequestAge", "ClustersAccounted", "ClustersReconciled", "ClustersUnreachable", "AlertsUnreadable"] as const),
  ...(["HealthUnproven", "ClustersAnswered", "ResourcesUnchanged", "ResourcesPatched", "TransitionsSent"] as const),
  ...(["ConditionsTrue", "ConditionsFalse", "ConditionsUnknown", "PushesAnnounced"] as const),
];

/** What is billed however many clusters there are: metrics, and each metric that an alarm looks at. */
export const WATCHING = { metrics: HOURLY.length, alarms: 30 };

const MILLION = 1_000_000;
const DOLLARS = {
  scheduled: 1 / MILLION,
  invocation: 0.2 / MILLION,
  gbSecond: 0.0000133334,
  event: 1 / MILLION,
  queueCall: 0.4 / MILLION,
  writeUnit: 0.625 / MILLION,
  readUnit: 0.125 / MILLION,
  storedGb: 0.25 + 0.2,
  keyCall: 0.03 / 10_000,
  bucketRead: 0.4 / MILLION,
  logGb: 0.5,
  metric: 0.3,
  alarm: 0.1,
};

const TICKS = 43_800;
const DAYS = 30.4;
const TRANSITIONS_A_DAY = 10;
// A mark has some 1.2 KB, and four are a unit.
const MARK_UNITS = 0.3;
// Of the 90 days that a history is kept.
const STORED_GB = 65 / MILLION;
// What `condition changed` takes in the log.
const TRANSITION_BYTES = 600;
// Lambda asks an empty queue with this many pollers, each for twenty seconds.
const POLLS = 2 * 5 * 3;
// Those that tickConcurrency allows; which of them gets which shard is up to Lambda.
const PROCESSES = 10;
const LOGINS = 182.5;

export function billOf(tick: MeasuredTick): Bill {
  const transitions = tick.clusters * TRANSITIONS_A_DAY * DAYS;
  const rows = [...ofFunctions(tick), ...ofState(tick, transitions), ...ofNews(tick, transitions)];
  const dollars = rows.reduce((sum, row) => sum + row.dollars, 0);
  const watching = WATCHING.metrics * DOLLARS.metric + WATCHING.alarms * DOLLARS.alarm;
  return { rows, perCluster: dollars / tick.clusters, watching, inAll: dollars + watching };
}

function ofFunctions({ shards, dispatchGbSeconds, reconcileGbSeconds, coldGbSeconds }: MeasuredTick): readonly Row[] {
  const processes = Math.min(shards, PROCESSES);
  return [
    {
      what: "reconcile",
      from: "GB-seconds of a tick × $0.0000133334, and a shard × $0.20 per million",
      dollars: TICKS * (reconcileGbSeconds * DOLLARS.gbSecond + shards * DOLLARS.invocation),
    },
    {
      what: "reconcile: logins",
      from: `each of at most ${PROCESSES} processes reads those of each shard every four hours (${LOGINS} a month): a cold tick less a warm one`,
      dollars: LOGINS * processes * Math.max(0, coldGbSeconds - reconcileGbSeconds) * DOLLARS.gbSecond,
    },
    {
      what: "dispatch and the schedule",
      from: "GB-seconds of a tick, $0.20 and $1.00 per million ticks",
      dollars: TICKS * (dispatchGbSeconds * DOLLARS.gbSecond + DOLLARS.invocation + DOLLARS.scheduled),
    },
    {
      what: "queues",
      from: `3 calls a shard, and ${POLLS} a minute of the pollers of both, × $0.40 per million`,
      dollars: TICKS * (3 * shards + POLLS) * DOLLARS.queueCall,
    },
    {
      what: "fleet",
      from: `one GET of each of at most ${PROCESSES + 1} processes a tick, × $0.40 per million`,
      dollars: TICKS * (processes + 1) * DOLLARS.bucketRead,
    },
  ];
}

// Where nothing changes: each shard reads and writes its mark, a tick the last one and all marks, and a sixtieth of the rows is compared.
function ofState({ clusters, shards }: MeasuredTick, transitions: number): readonly Row[] {
  const [written, read] = [shards + 1, shards + 1 + Math.ceil(shards * MARK_UNITS) + clusters / 60];
  return [
    {
      what: "table: writes",
      from: "one a shard and a tick, and of each transition its row and an eighth of that for its history, × $0.625 per million",
      dollars: (TICKS * written + transitions * (1 + 1 / 8)) * DOLLARS.writeUnit,
    },
    {
      what: "table: reads",
      from: "one a shard and a tick, the marks of all shards, a sixtieth of all rows, and the row before each transition, × $0.125 per million",
      dollars: (TICKS * read + transitions) * DOLLARS.readUnit,
    },
    {
      what: "table: the rest",
      from: "65 KB of history a cluster × ($0.25 + $0.20 for point-in-time recovery), 2 × 8,760 calls of its key × $0.03 per 10,000",
      dollars: clusters * STORED_GB * DOLLARS.storedGb + 2 * 8_760 * DOLLARS.keyCall,
    },
  ];
}

function ofNews({ shards, logBytes }: MeasuredTick, transitions: number): readonly Row[] {
  return [
    {
      what: "bus",
      from: "an event a shard and a transition, × $1.00 per million",
      dollars: (TICKS * shards + transitions) * DOLLARS.event,
    },
    {
      what: "logs",
      from: `bytes of a tick, and ${TRANSITION_BYTES} of a transition, × $0.50 per GB`,
      dollars: ((TICKS * logBytes + transitions * TRANSITION_BYTES) / 1_000_000_000) * DOLLARS.logGb,
    },
  ];
}

/** The bill of each fleet as the lines of a table. */
export function costLines(ticks: readonly MeasuredTick[]): readonly string[] {
  const bills = ticks.map((tick) => billOf(tick));
  const line = (what: string, from: string, figure: (bill: Bill) => string) => `| ${what} | ${from} | ${bills.map(figure).join(" | ")} |`;
  const money = (dollars: number) => `$${dollars.toFixed(2)}`;
  const { metrics, alarms } = WATCHING;
  return [
    line("a month of a fleet of", "", (bill) => ticks[bills.indexOf(bill)]?.clusters.toLocaleString("en") ?? ""),
    `|---|---${"|---".repeat(bills.length)}|`,
    ...(bills[0]?.rows ?? []).map(({ what, from }, index) => line(what, from, ({ rows }) => money(rows[index]?.dollars ?? 0))),
    line("**per cluster**", "the rows above", ({ perCluster }) => `**$${perCluster.toFixed(4)}**`),
    line("metrics, alarms", `${metrics} × $0.30 and ${alarms} × $0.10, however many clusters`, ({ watching }) => money(watching)),
    line("**in all**", "", ({ inAll }) => `**${money(inAll)}**`),
  ];
}

/** What was measured as the lines of a table. */
export function measuredLines(ticks: readonly MeasuredTick[]): readonly string[] {
  const line = (what: string, figure: (tick: MeasuredTick) => string | number) => `| ${what} | ${ticks.map(figure).join(" | ")} |`;
  return [
    line("clusters, in shards", ({ clusters, shards }) => `${clusters.toLocaleString("en")}, in ${shards}`),
    `|---${"|---".repeat(ticks.length)}|`,
    line("a tick is over after, in seconds", ({ ms }) => (ms / 1_000).toFixed(1)),
    line("the first one, which begins and logs in", ({ coldMs }) => (coldMs / 1_000).toFixed(1)),
    line("`reconcile`: seconds of time, seconds of CPU", ({ billedSeconds, cpuSeconds }) => `${billedSeconds}, ${cpuSeconds}`),
    line("`reconcile`: GB-seconds", ({ reconcileGbSeconds }) => reconcileGbSeconds),
    line("`dispatch`: GB-seconds", ({ dispatchGbSeconds }) => dispatchGbSeconds),
    line("requests to clusters", ({ requests }) => requests.toLocaleString("en")),
    line("connections opened, of those resumed", ({ connections, resumed }) => `${connections}, ${resumed}`),
    line(
      "units that the table wrote, and read, with what it had not taken before",
      ({ writeUnits, readUnits }) => `${writeUnits}, ${readUnits}`,
    ),
    line("KB of log", ({ logBytes }) => (logBytes / 1_000).toFixed(1)),
    line("on", ({ cpu, cores, node, date, load }) => `${cpu}, ${cores} cores, Node ${node}, ${date}, load ${load}`),
  ];
}
