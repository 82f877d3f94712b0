// Diagnoses the stack of a stage by what AWS and the state say of it; nothing is written, and no cluster is contacted.

import { type Code as FailureCode, UpstreamError } from "../core/errors.ts";
import { type Check, failed, toShown, worstFirst } from "./checks/check.ts";
import { type Alarm, type Asker, alarmChecks, type Code, codeCheck, deadLetterCheck, type Stack, stackChecks } from "./checks/stage.ts";
import { type CurrentFleet, fleetChecks, type StageState, stateChecks } from "./checks/stage-state.ts";

/** What is asked of a deployed stage, once each; a call may throw an UpstreamError, which fails the checks that rest on it. */
export type Stage = {
  readonly stack: Stack;
  alarms(): Promise<readonly Alarm[]>;
  countDeadLetters(queueUrl: string): Promise<number>;
  readCode(name: string): Promise<Code>;
  readState(): Promise<StageState>;
  /** The fleet that lies there, beside the version that the last tick has `read`; undefined where it is in no bucket. */
  readFleet(read: string | undefined): Promise<CurrentFleet | undefined>;
};

/** All checks of a stage, the worst first. */
export type StageDiagnosis = { readonly stage: string; readonly checks: readonly Check[] };

const FUNCTIONS = ["dispatch", "reconcile", "receive"];
// Of a stack that keeps the page, there is one more.
const PAGE_FUNCTIONS = ["publish"];

/** Checks a stage: stack, outputs, alarms, dead letters, functions, state, ticks and fleet, all at the same time. */
export async function checkStage(stage: Stage, asker: Asker): Promise<StageDiagnosis> {
  const queueUrl = stage.stack.outputs.get("DeadLetterQueueUrl");
  const functions = [...FUNCTIONS, ...(stage.stack.outputs.has("PageUri") ? PAGE_FUNCTIONS : [])];
  const state = stage.readState();
  const parts = await Promise.all([
    stackChecks(stage.stack, asker),
    judged("alarms", stage.alarms(), (alarms) => alarmChecks(alarms, asker)),
    queueUrl === undefined ? [] : judged("dead letters", stage.countDeadLetters(queueUrl), (count) => [deadLetterCheck(count, queueUrl)]),
    ...functions.map((name) => judged(`function ${name}`, stage.readCode(name), (code) => [codeCheck(name, code, asker)])),
    judged("state table", state, (known) => stateChecks(known, asker)),
    judged("fleet", withFleet(stage, state), ([known, fleet]) => fleetChecks(known, fleet, asker), {
      "not-found": `there is no fleet yet: \`fleet push --stage ${asker.stage}\``,
    }),
  ]);
  return { stage: asker.stage, checks: worstFirst(parts.flat().map((check) => toShown(check, []))) };
}

async function withFleet(stage: Stage, state: Promise<StageState>) {
  const known = await state;
  return [known, await stage.readFleet(known.tick?.fleet)] as const;
}

type Remedies = Partial<Record<FailureCode, string>>;

const REMEDIES: Remedies = {
  forbidden: "allow the action in the message: functions/doctor/README.md has the policy for all of them",
  unauthorized: "log in to AWS again, or check which credentials this process runs with",
  "not-found": "it belongs to the stack, and is not there: deploy the stage again",
  throttled: "ask again in a minute: AWS limits how often it is asked",
};
const OTHERWISE = "check the network path to AWS, and the endpoint and region that this process is given";

async function judged<T>(
  check: string,
  answer: Promise<T>,
  judge: (value: T) => readonly Check[],
  own: Remedies = {},
): Promise<readonly Check[]> {
  try {
    return judge(await answer);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return [failed(check, `not looked at: ${error.message}`, own[error.code] ?? REMEDIES[error.code] ?? OTHERWISE)];
  }
}
