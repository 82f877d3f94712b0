// Judges what a stage has left in its state: ticks, runs, the fleet that it reads, and conditions that do not stay.

import { spanText } from "../../core/age.ts";
import { shortList } from "../../core/text.ts";
import { parseTimeMs } from "../../core/time.ts";
import { type Check, failed, ok, skipped, warning } from "./check.ts";
import type { Asker } from "./stage.ts";

/** What the state says; times in milliseconds since the epoch, or RFC 3339. */
export type StageState = {
  /** With what of them was not reached, read or written. */
  readonly clusters: readonly { readonly cluster: string; readonly trouble?: string }[];
  /** The last tick that was dispatched, and the version of the fleet that it read. */
  readonly tick?: { readonly atMs: number; readonly fleet?: string };
  /** The last one that was looked after. */
  readonly run?: { readonly at: string; readonly ms: number; readonly missed: number; readonly lost?: readonly string[] };
  readonly tickMs?: number;
  readonly push?: { readonly at: string; readonly by: string; readonly version?: string };
  readonly drops: readonly { readonly kind: string; readonly count: number; readonly clusters: readonly string[]; readonly last: string }[];
};

const MINUTE_MS = 60_000;
const LATE_TICKS = 2;
// How long a warm function uses the fleet that it has before it looks again, with a tick in between.
const UNREAD_MS = 2 * MINUTE_MS;
const MAX_NAMES = 3;

export function stateChecks(state: StageState, asker: Asker): readonly Check[] {
  const { clusters, drops } = state;
  return [
    ok("state table", `it is read, and has the state of ${clusters.length} clusters`),
    tickCheck(state, asker),
    ...runChecks(state, asker),
    reachCheck(clusters, asker.stage),
    ...drops.map((drop) =>
      warning(
        `owner of ${drop.kind}`,
        `conditions went ${drop.count} times between two runs in ${shortList(drop.clusters, MAX_NAMES)}, the last time from ${drop.last}; alertstatus did not remove them`,
        "find what writes the status there (metadata.managedFields), or use `mode: observe`, which writes nothing",
      ),
    ),
  ];
}

function tickCheck({ tick, tickMs = MINUTE_MS }: StageState, { stage, nowMs }: Asker): Check {
  const check = "last tick";
  const remedy = `see whether the schedule is enabled, then the log of dispatch: aws scheduler get-schedule --group-name alertstatus-${stage} --name tick`;
  if (tick === undefined) return failed(check, "there was none in two days", remedy);
  const said = `${spanText(nowMs - tick.atMs)} ago; one is due every ${spanText(tickMs)}`;
  return nowMs - tick.atMs > LATE_TICKS * tickMs + MINUTE_MS ? failed(check, said, remedy) : ok(check, said);
}

function runChecks({ run, tick, tickMs = MINUTE_MS }: StageState, { stage, nowMs }: Asker): readonly Check[] {
  const remedy = `see the log of reconcile: aws logs tail /aws/lambda/alertstatus-${stage}-reconcile --since 1h`;
  if (run === undefined) return tick === undefined ? [] : [failed("last run", "no tick has come to its end in two days", remedy)];
  const { at, ms, missed, lost = [] } = run;
  const ageMs = nowMs - parseTimeMs(at);
  const said = `looked ${spanText(ageMs)} ago in ${ms}ms`;
  const history = `see when: \`history --stage ${stage} --since 1h\``;
  return [
    ageMs > (LATE_TICKS + 1) * tickMs + MINUTE_MS ? failed("last run", said, remedy) : ok("last run", said),
    missed === 0 ? ok("missed ticks", "none in the last hour") : warning("missed ticks", `${missed} in the last hour`, history),
    ...(lost.length === 0
      ? []
      : [
          failed(
            "lost clusters",
            `the process that reads them dies: ${shortList(lost, MAX_NAMES)}`,
            "read one alone, and see what is so large: `reconcile --cluster NAME`",
          ),
        ]),
  ];
}

function reachCheck(clusters: StageState["clusters"], stage: string): Check {
  const ill = Map.groupBy(
    clusters.filter(({ trouble }) => trouble !== undefined),
    ({ trouble }) => trouble,
  );
  if (ill.size === 0) return ok("clusters", `all ${clusters.length} are reached, read and written`);
  const said = [...ill].map(
    ([trouble, list]) =>
      `${list.length} ${trouble}: ${shortList(
        list.map(({ cluster }) => cluster),
        MAX_NAMES,
      )}`,
  );
  return failed("clusters", said.join("; "), `see since when and why: \`status --stage ${stage}\`; then \`doctor --cluster NAME\``);
}

/** The version of the fleet that lies there, and whether what the last tick read is the same. */
export type CurrentFleet = { readonly version: string; readonly isRead: boolean };

/** @param current undefined where it is in no bucket */
export function fleetChecks({ tick, push }: StageState, current: CurrentFleet | undefined, asker: Asker): readonly Check[] {
  if (current === undefined) return [skipped("fleet", "it lies in no bucket, so that no version is told")];
  return [readCheck(tick, current, push?.at), pushCheck(push, current.version, asker)];
}

function readCheck(tick: StageState["tick"], { version, isRead }: CurrentFleet, pushedAt = ""): Check {
  const check = "fleet read";
  if (tick?.fleet === undefined) return skipped(check, "the last tick does not say which version it read");
  if (isRead) return ok(check, `version ${tick.fleet}, by the last tick`);
  const said = `the last tick read version ${tick.fleet}, and ${version} is there`;
  if (tick.atMs < parseTimeMs(pushedAt) + UNREAD_MS) return warning(check, said, "wait: the next ticks read it");
  return failed(check, said, "see what is wrong with it: `fleet validate --for stack`; the log of dispatch says why it is not used");
}

function pushCheck(push: StageState["push"], version: string, { stage, nowMs }: Asker): Check {
  const check = "fleet pushed";
  if (push === undefined) return skipped(check, "not within a month");
  const said = `${spanText(nowMs - parseTimeMs(push.at))} ago by ${push.by}`;
  if (push.version === version) return ok(check, said);
  const remedy = `compare it with yours: \`fleet diff --stage ${stage}\``;
  return warning(check, `version ${version} is there, and the history ends with ${push.version}, pushed ${said}`, remedy);
}
