import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { orUpstreamError, PATIENCE } from "./client.ts";

const client = new SecretsManagerClient(PATIENCE);

/** The text of a secret of the Secrets Manager; an {@link UpstreamError} has AWS's word for the failure. */
export async function readStoredSecret(name: string): Promise<string> {
  const call = client.send(new GetSecretValueCommand({ SecretId: name }));
  const { SecretString } = await orUpstreamError("secretsmanager:GetSecretValue", call);
  return SecretString ?? "";
}
