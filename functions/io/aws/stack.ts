// Reads what the stack of a stage says of itself, such as where it keeps its fleet, so that a person names the stage alone.

import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { ConfigError } from "../../core/errors.ts";
import { awsRefusal } from "./refusal.ts";

const MAX_MS = 10_000;

/** The output FleetUri of the stack of a stage; a {@link ConfigError} where there is no such stack, or it may not be read. */
export function fleetUriOf(stage: string): Promise<string> {
  return outputOf(stage, "FleetUri", "wait until it is deployed, or name the place by --to");
}

/** An output of the stack of a stage; `remedy` says what to do where it has none of that name. */
export async function outputOf(stage: string, name: string, remedy: string): Promise<string> {
  const StackName = `alertstatus-${stage}`;
  const client = new CloudFormationClient();
  try {
    const command = new DescribeStacksCommand({ StackName });
    const answer = await client.send(command, { abortSignal: AbortSignal.timeout(MAX_MS) }).catch((error: unknown) => {
      throw awsRefusal("cloudformation:DescribeStacks", error, {
        ValidationError: `there is no stack ${StackName} in this account and region: deploy it, or set AWS_REGION to its region`,
        AccessDenied: "allow cloudformation:DescribeStacks",
      });
    });
    const value = answer.Stacks?.[0]?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
    if (value !== undefined) return value;
    throw new ConfigError(`the stack ${StackName} has no output ${name}: ${remedy}`);
  } finally {
    client.destroy();
  }
}
