// Judges the stack of a stage: its outputs, its alarms, its dead letters and the code of its functions.

import { spanText } from "../../core/age.ts";
import { type Check, failed, ok, warning } from "./check.ts";

/** Of the stage, and of this program: `nowMs` in milliseconds since the epoch. */
export type Asker = { readonly stage: string; readonly nowMs: number; readonly version: string };
export type Stack = { readonly status: string; readonly changedMs: number; readonly outputs: ReadonlyMap<string, string> };
export type Alarm = {
  readonly name: string;
  readonly state: string;
  readonly sinceMs: number;
  readonly description: string;
  readonly isEnabled: boolean;
};
export type Code = {
  readonly version: string;
  readonly sha256: string;
  readonly changed: string;
  readonly state: string;
  readonly update: string;
};

const OUTPUTS = ["StateTable", "FleetUri", "BusName", "TickQueueUrl", "PushQueueUrl", "DeadLetterQueueUrl", "ReceiverUrl", "AlarmTopicArn"];
const SHORT_SHA = 10;

export function stackChecks({ status, changedMs, outputs }: Stack, { stage, nowMs }: Asker): readonly Check[] {
  return [stackCheck(status, spanText(nowMs - changedMs), stage), outputsCheck(outputs, stage)];
}

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
function stackCheck(status: string, age: string, stage: string): Check {
  const said = `${status}, ${age} ago`;
  const events = `see why: aws cloudformation describe-stack-events --stack-name alertstatus-${stage}`;
  if (status === "CREATE_COMPLETE" || status === "UPDATE_COMPLETE") return ok("stack", said);
  if (status.startsWith("UPDATE_") && status.endsWith("_COMPLETE")) return warning("stack", `${said}: what ran before runs on`, events);
  if (status.endsWith("IN_PROGRESS")) return warning("stack", said, "wait: it is being deployed");
  return failed("stack", said, events);
}

function outputsCheck(outputs: ReadonlyMap<string, string>, stage: string): Check {
  const missing = OUTPUTS.filter((name) => !outputs.get(name));
  if (missing.length === 0) return ok("outputs", `all ${OUTPUTS.length} are there`);
  return failed("outputs", `not there: ${missing.join(", ")}`, `deploy this version: \`deploy --stage ${stage}\``);
}

/** Each alarm that fires is a check of its own. */
export function alarmChecks(alarms: readonly Alarm[], { stage, nowMs }: Asker): readonly Check[] {
  if (alarms.length === 0) return [warning("alarms", "there are none", `deploy this version: \`deploy --stage ${stage}\``)];
  const firing = alarms.filter(({ state }) => state === "ALARM");
  const silent = alarms.filter(({ isEnabled }) => !isEnabled).map(({ name }) => name);
  const own = (name: string) => name.slice(`alertstatus-${stage}-`.length);
  return [
    ...firing.map(({ name, sinceMs, description }) =>
      failed(
        `alarm ${own(name)}`,
        `fires since ${spanText(nowMs - sinceMs)}: ${description}`,
        `follow its runbook: infra/runbooks.md#${own(name)}`,
      ),
    ),
    ...(silent.length === 0
      ? []
      : [
          warning(
            "alarms that notify",
            `switched off: ${silent.join(", ")}`,
            `switch them on: aws cloudwatch enable-alarm-actions --alarm-names ${silent.join(" ")}`,
          ),
        ]),
    ...(firing.length === 0 ? [ok("alarms", `none of ${alarms.length} fires`)] : []),
  ];
}

export function deadLetterCheck(count: number, queueUrl: string): Check {
  const check = "dead letters";
  if (count === 0) return ok(check, "none");
  const remedy = `read what they are, then purge the queue, for the next tick makes up for them: aws sqs receive-message --queue-url ${queueUrl}`;
  return warning(check, `${count} messages could not be delivered, are malformed, or ended their process`, remedy);
}

export function codeCheck(name: string, code: Code, { stage, version }: Asker): Check {
  const check = `function ${name}`;
  const said = `alertstatus ${code.version || "of an unknown version"}, code ${code.sha256.slice(0, SHORT_SHA)} of ${code.changed}`;
  const deploy = `deploy --stage ${stage}`;
  if (code.state === "Failed" || code.update === "Failed") return failed(check, `${said}: it cannot run`, `deploy it anew: ${deploy}`);
  if (code.version === version) return ok(check, said);
  return warning(check, `${said}; this command is ${version}`, `bring both to one version: ${deploy}, or install that of the stage`);
}
