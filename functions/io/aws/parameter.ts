import { GetParameterCommand, GetParametersCommand, SSMClient } from "@aws-sdk/client-ssm";
import { orUpstreamError, PATIENCE } from "./client.ts";
import { openQueue, readFrom } from "./together.ts";

const client = new SSMClient(PATIENCE);
const queue = openQueue({ most: 10, askForAll, askForOne });

/** A parameter of the Systems Manager, decrypted; an {@link UpstreamError} has AWS's word for the failure. */
export function readParameter(name: string): Promise<string> {
  return readFrom(queue, name);
}

async function askForAll(names: string[]): Promise<ReadonlyMap<string, string>> {
  const call = client.send(new GetParametersCommand({ Names: names, WithDecryption: true }));
  const { Parameters = [] } = await orUpstreamError("ssm:GetParameters", call);
  return new Map(Parameters.map(({ Name = "", Value = "" }) => [Name, Value]));
}

async function askForOne(name: string): Promise<string> {
  const call = client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
  const { Parameter } = await orUpstreamError("ssm:GetParameter", call);
  return Parameter?.Value ?? "";
}
