// Derives the timeouts, retention and alarm periods from the tick, because they must fit each other.

import { worstCaseMs } from "../functions/core/limits.ts";

/** The derived times, in seconds. */
export type Times = {
  /** The timeout of reconcile. */
  readonly timeoutSeconds: number;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  readonly alarms: AlarmTimes;
};

/** Alarms count in ticks, because a metric that is published once a tick is missing in between. */
type AlarmTimes = {
  readonly periodSeconds: number;
  /** A shard that waits longer is dropped when it is received. */
  readonly oldTickSeconds: number;
  /** The period over which dispatched clusters and their outcomes are compared. */
  readonly accountSeconds: number;
  /** The number of ticks without a sign of life before an alarm: five minutes, and at least two ticks. */
  readonly silentTicks: number;
  /** The number of ticks with a failing cluster before an alarm: a quarter of an hour, and at least three ticks. */
  readonly patientTicks: number;
};

const MINUTE_S = 60;
const MAX_TICK_S = 24 * 60 * MINUTE_S;
// The limit of Lambda.
const MAX_TIMEOUT_S = 15 * MINUTE_S;
const MAX_RECEIVES = 3;

/** Throws where the worst case of a shard does not fit into a tick. */
export function timesOf(tickSeconds: number, shardSize: number): Times {
  if (tickSeconds > MAX_TICK_S) throw new Error("tick: at most one day is expected, so that every cluster is read at least daily");
  const timeoutSeconds = Math.min(tickSeconds, MAX_TIMEOUT_S);
  const worstSeconds = Math.ceil(worstCaseMs(shardSize) / 1_000);
  if (worstSeconds > timeoutSeconds)
    throw new Error(
      `shardSize: ${shardSize} clusters that do not answer take ${worstSeconds} s, and a run has ${timeoutSeconds} s: choose smaller shards, or a longer tick`,
    );
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  const visibilitySeconds = 6 * timeoutSeconds;
  // A message whose process dies must be kept until its last try has ended; after that no request is of use.
  const retentionSeconds = (MAX_RECEIVES + 1) * visibilitySeconds;
  return { timeoutSeconds, visibilitySeconds, retentionSeconds, alarms: alarmTimes(tickSeconds) };
}

function alarmTimes(tickSeconds: number): AlarmTimes {
  const ticksIn = (minutes: number) => Math.ceil((minutes * MINUTE_S) / tickSeconds);
  return {
    periodSeconds: tickSeconds,
    oldTickSeconds: 2 * tickSeconds,
    accountSeconds: Math.max(5 * MINUTE_S, tickSeconds),
    silentTicks: Math.max(2, ticksIn(5)),
    patientTicks: Math.max(3, ticksIn(15)),
  };
}
