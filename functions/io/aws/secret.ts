import { BatchGetSecretValueCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { orUpstreamError, PATIENCE } from "./client.ts";
import { openQueue, readFrom } from "./together.ts";

const client = new SecretsManagerClient(PATIENCE);
const queue = openQueue({ most: 20, askForAll, askForOne });

/** The text of a secret of the Secrets Manager, by its name or ARN; an {@link UpstreamError} has AWS's word for the failure. */
export function readStoredSecret(name: string): Promise<string> {
  return readFrom(queue, name);
}

// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
async function askForAll(names: string[]): Promise<ReadonlyMap<string, string>> {
  const call = client.send(new BatchGetSecretValueCommand({ SecretIdList: names }));
  const { SecretValues = [] } = await orUpstreamError("secretsmanager:BatchGetSecretValue", call);
  return new Map(SecretValues.flatMap(({ Name = "", ARN = "", SecretString = "" }) => [Name, ARN].map((name) => [name, SecretString])));
}

async function askForOne(name: string): Promise<string> {
  const call = client.send(new GetSecretValueCommand({ SecretId: name }));
  const { SecretString } = await orUpstreamError("secretsmanager:GetSecretValue", call);
  return SecretString ?? "";
}
