import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ConfigError } from "../../core/errors.ts";
import { awsRefusal } from "../aws/refusal.ts";
import type { FleetPlace } from "./text.ts";

const MOST_MS = 10_000;

const client = new SSMClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true } });

const refusals = {
  ParameterNotFound: "there is no such parameter in this account and region",
  AccessDeniedException: "allow ssm:GetParameter on it, and kms:Decrypt where it is a SecureString",
};

/** A parameter of the Systems Manager, which holds a small fleet: at most 8 KB. It is the text that tells one version from the next. */
export function ssmPlace(name: string): FleetPlace {
  return {
    folder: undefined,
    read: async (known) => {
      const { text, version } = await readParameter(name);
      return text === known ? undefined : { text, mark: text, version };
    },
  };
}

async function readParameter(name: string): Promise<{ text: string; version?: string }> {
  const command = new GetParameterCommand({ Name: name, WithDecryption: true });
  const answer = await client.send(command, { abortSignal: AbortSignal.timeout(MOST_MS) }).catch((error: unknown) => {
    throw awsRefusal("ssm:GetParameter", error, refusals);
  });
  const { Value, Version } = answer.Parameter ?? {};
  if (Value) return { text: Value, version: Version === undefined ? undefined : String(Version) };
  throw new ConfigError("the parameter is empty");
}
