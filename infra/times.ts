import { worstCaseMs } from "../functions/core/limits.ts";

/** Times that have to fit each other, in seconds; all follow from the tick. */
export type Times = {
  /** What reconcile has for one invocation. */
  readonly timeoutSeconds: number;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  readonly alarms: AlarmTimes;
};

/** Alarms count in ticks: what comes once a tick is missing in between. */
type AlarmTimes = {
  readonly periodSeconds: number;
  /** A shard that waits for longer is dropped when its turn comes. */
  readonly oldTickSeconds: number;
  /** Over what time dispatched clusters and their outcomes are compared. */
  readonly accountSeconds: number;
  /** For how many ticks in a row nothing may be heard: five minutes, and two ticks at the least. */
  readonly silentTicks: number;
  /** For how many ticks in a row something may be wrong with a cluster: a quarter of an hour, and three ticks at the least. */
  readonly patientTicks: number;
};

const MINUTE_S = 60;
const LONGEST_TICK_S = 24 * 60 * MINUTE_S;
// What Lambda grants.
const LONGEST_TIMEOUT_S = 15 * MINUTE_S;
const TRIES = 3;

/** An error where shards do not fit into a tick. */
export function timesOf(tickSeconds: number, shardSize: number): Times {
  if (tickSeconds > LONGEST_TICK_S) throw new Error("tick: every cluster is looked at once a day at the least");
  const timeoutSeconds = Math.min(tickSeconds, LONGEST_TIMEOUT_S);
  const worstSeconds = Math.ceil(worstCaseMs(shardSize) / 1_000);
  if (worstSeconds > timeoutSeconds)
    throw new Error(
      `shardSize: ${shardSize} clusters that do not answer take ${worstSeconds} s, and a run has ${timeoutSeconds} s: choose smaller shards, or a longer tick`,
    );
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
  const visibilitySeconds = 6 * timeoutSeconds;
  // A message whose reader dies has to live until its last try is over; no request is worth more than that.
  const retentionSeconds = (TRIES + 1) * visibilitySeconds;
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
