// Reads the stack of a stage, so that a person names the stage alone.

import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { ConfigError } from "../../core/errors.ts";
import { awsRefusal } from "./refusal.ts";

const MAX_MS = 10_000;

/** A stack as CloudFormation describes it: `changedMs` in milliseconds since the epoch, NaN where it does not say. */
export type Stack = {
  readonly name: string;
  readonly status: string;
  readonly changedMs: number;
  readonly outputs: ReadonlyMap<string, string>;
};

/** The stack of a stage; a {@link ConfigError} where there is no such stack, or it may not be read. */
export async function describeStack(stage: string): Promise<Stack> {
  const StackName = `alertstatus-${stage}`;
  const client = new CloudFormationClient();
  try {
    const command = new DescribeStacksCommand({ StackName });
    const answer = await client.send(command, { abortSignal: AbortSignal.timeout(MAX_MS) }).catch((error: unknown) => {
      throw awsRefusal("cloudformation:DescribeStacks", error, {
        ValidationError: `there is no stack ${StackName} in this account and region: deploy it, or set AWS_REGION to its region`,
        AccessDenied: "allow cloudformation:DescribeStacks, or name the place by --to",
      });
    });
    const { StackStatus = "", LastUpdatedTime, CreationTime, Outputs = [] } = answer.Stacks?.[0] ?? {};
    const outputs = new Map(Outputs.map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]));
    return { name: StackName, status: StackStatus, changedMs: (LastUpdatedTime ?? CreationTime)?.getTime() ?? Number.NaN, outputs };
  } finally {
    client.destroy();
  }
}

/** The output FleetUri of the stack of a stage; a {@link ConfigError} where there is none. */
export async function fleetUriOf(stage: string): Promise<string> {
  const { name, outputs } = await describeStack(stage);
  const uri = outputs.get("FleetUri");
  if (uri !== undefined) return uri;
  throw new ConfigError(`the stack ${name} has no output FleetUri yet: wait until it is deployed, or name the place by --to`);
}
