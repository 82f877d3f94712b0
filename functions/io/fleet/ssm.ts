// Reads a small fleet from a parameter of SSM.

import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ConfigError } from "../../core/errors.ts";
import { awsRefusal } from "../aws/refusal.ts";
import type { FleetPlace } from "./text.ts";

const MAX_MS = 10_000;

const client = new SSMClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true } });

const refusals = {
  ParameterNotFound: "there is no such parameter in this account and region",
  AccessDeniedException: "allow ssm:GetParameter on it, and kms:Decrypt where it is a SecureString",
};

/** A parameter holds at most 8 KB; its text is its mark. */
export function ssmPlace(name: string): FleetPlace {
  return {
    folder: undefined,
    read: async (lastMark) => {
      const { text, version } = await readParameter(name);
      return text === lastMark ? undefined : { text, mark: text, version };
    },
  };
}

async function readParameter(name: string): Promise<{ text: string; version?: string }> {
  const command = new GetParameterCommand({ Name: name, WithDecryption: true });
  const answer = await client.send(command, { abortSignal: AbortSignal.timeout(MAX_MS) }).catch((error: unknown) => {
    throw awsRefusal("ssm:GetParameter", error, refusals);
  });
  const { Value, Version } = answer.Parameter ?? {};
  if (Value) return { text: Value, version: Version === undefined ? undefined : String(Version) };
  throw new ConfigError("the parameter is empty");
}
