// Lets a second terminal use the local cloud of the first: the line that it pastes, and a deployment from there.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CloudAccess } from "../../support/local-cloud.ts";
import { deployStack } from "../../support/local-stack.ts";

const NAMES = [
  "AWS_ENDPOINT_URL",
  "AWS_REGION",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_EC2_METADATA_DISABLED",
  "NODE_EXTRA_CA_CERTS",
] as const;

/** What a second terminal pastes, to have this cloud as its AWS. */
export function exportLine({ env }: Pick<CloudAccess, "env">): string {
  return `export ${NAMES.map((name) => `${name}=${env[name]}`).join(" ")}`;
}

/** Deploys the stack into the cloud of {@link exportLine}, and returns its outputs; an error where there is none. */
export async function deployLocally(stage: string, params: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const folder = await mkdtemp(join(tmpdir(), "alertstatus-local-"));
  try {
    return (await deployStack(accessFrom(process.env, folder), { stage, params })).outputs;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function accessFrom(environment: NodeJS.ProcessEnv, folder: string): CloudAccess {
  const missing = NAMES.filter((name) => !environment[name]);
  if (missing.length > 0)
    throw new Error(
      `no local cloud: ${missing.join(", ")} is not set; run npm run local -- --stay in another terminal, and paste its line here`,
    );
  const url = environment.AWS_ENDPOINT_URL ?? "";
  const hosts = ["127.0.0.1", "localhost", "[::1]"];
  if (!hosts.includes(new URL(url).hostname)) throw new Error(`AWS_ENDPOINT_URL is ${url}, and a local cloud is on this machine`);
  const { AWS_REGION: region = "", AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = environment;
  const env = Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return { url, ca: "", folder, env, settings: { endpoint: url, region, credentials: { accessKeyId, secretAccessKey } } };
}
