// Builds the stack as a file for plain CloudFormation: a template whose parameters it fills itself, and the three archives beside it.

import { fill, isRecord, placeholder, type Values } from "../stack/fill.ts";
import { archivesOf, fillTemplate, readStack, type Stack, type Template, valuesFor, withoutBucket } from "../stack/stack.ts";
import { zip } from "../stack/zip.ts";

type Parameter = { readonly is: string; readonly of: "param" | "settings"; readonly least: number; readonly most: number };

// Parameters that CloudFormation can put in by itself. The others decide the shape of the stack: `alertstatus deploy` knows them.
const NUMBERS: Readonly<Record<string, Parameter>> = {
  tickConcurrency: { is: "The maximal concurrency of reconcile for ticks", of: "settings", least: 2, most: 1_000 },
  pushConcurrency: { is: "The maximal concurrency of reconcile for pushes", of: "settings", least: 2, most: 1_000 },
  receiveConcurrency: { is: "The reserved concurrency of receive, which is also its limit", of: "settings", least: 1, most: 1_000 },
  tolerated: { is: "Clusters that may fail for a quarter of an hour without an alarm", of: "settings", least: 0, most: 1_000_000 },
  dispatchMemory: { is: "MB of dispatch", of: "param", least: 128, most: 10_240 },
  reconcileMemory: { is: "MB of reconcile", of: "param", least: 128, most: 10_240 },
  receiveMemory: { is: "MB of receive", of: "param", least: 128, most: 10_240 },
  logRetentionDays: { is: "Days for which logs are kept", of: "param", least: 1, most: 3_653 },
};

const STAGE = {
  Type: "String",
  Default: "prod",
  AllowedPattern: "[a-z][a-z0-9-]{0,30}",
  Description: "The stage, which is in the name of everything; name the stack alertstatus-<stage>",
};
const ALARM_EMAIL = { Type: "String", Default: "", Description: "The address that gets the alarms; empty: none is subscribed" };

/** The template for `aws cloudformation package` and `deploy`: its code is in `dispatch.zip` and the like beside it. */
async function releaseTemplate(stack: Stack): Promise<Template> {
  const stage = placeholder("stage");
  const derived = await valuesFor(stage, stack.parameters);
  const references = (place: "param" | "settings") =>
    Object.fromEntries(Object.entries(NUMBERS).flatMap(([name, { of }]) => (of === place ? [[name, { Ref: parameterName(name) }]] : [])));
  const code = Object.fromEntries(Object.keys(stack.functions).map((name) => [name, `${name}.zip`]));
  const settings = { ...(isRecord(derived.settings) && derived.settings), ...references("settings"), alarmSubscriptions: SUBSCRIPTIONS };
  const values: Values = { stage, param: { ...(isRecord(derived.param) && derived.param), ...references("param") }, settings, code };
  // The second time for the stage, which stands in values, too.
  const { Resources, Outputs, ...rest } = fill(fillTemplate(withoutBucket(stack.template), values), {
    ...values,
    stage: { Ref: "Stage" },
  }) as Template;
  return { ...rest, Parameters: parametersOf(stack), Conditions: { HasAlarmEmail: HAS_EMAIL }, Resources, Outputs };
}

const HAS_EMAIL = { "Fn::Not": [{ "Fn::Equals": [{ Ref: "AlarmEmail" }, ""] }] };
const SUBSCRIPTIONS = { "Fn::If": ["HasAlarmEmail", [{ Protocol: "email", Endpoint: { Ref: "AlarmEmail" } }], { Ref: "AWS::NoValue" }] };

function parametersOf({ parameters }: Stack): object {
  const numbers = Object.entries(NUMBERS).map(([name, { is, least, most }]) => [
    parameterName(name),
    { Type: "Number", Default: Number(parameters[name]), MinValue: least, MaxValue: most, Description: is },
  ]);
  return { Stage: STAGE, AlarmEmail: ALARM_EMAIL, ...Object.fromEntries(numbers) };
}

function parameterName(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1)}`;
}

/** The archive with the template and the code, from the built package. */
export async function buildReleaseStack(packageFolder: string): Promise<Buffer> {
  const stack = readStack(packageFolder);
  const template = Buffer.from(JSON.stringify(await releaseTemplate(stack), undefined, 1));
  const archives = archivesOf(stack, packageFolder, stack.parameters).map(({ functionName, content }) => ({
    name: `${functionName}.zip`,
    content,
  }));
  return zip([{ name: "template.json", content: template }, ...archives]);
}
