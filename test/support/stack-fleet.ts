// Gives a deployed stack its fleet and the secrets of its clusters.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { stringify } from "yaml";
import { alertstatus } from "../cli/alertstatus.ts";
import type { CloudAccess } from "./local-cloud.ts";
import type { LocalStack } from "./local-stack.ts";

/** A cluster as its owner knows it: where it is and how to log in. */
export type Member = {
  readonly name: string;
  readonly server: string;
  readonly ca?: string;
  readonly token: string;
  /** A Prometheus by its URL, and the authority of its certificate. */
  readonly alertsUrl?: string;
  readonly alertsCa?: string;
} & Readonly<Record<string, unknown>>;

/** Puts the clusters' secrets where the stack may read them, and the fleet where it looks for it, as a person does; undoes the former. */
export async function publishFleet(
  cloud: CloudAccess,
  { name, outputs }: LocalStack,
  members: readonly Member[],
  profiles: object = {},
): Promise<() => Promise<void>> {
  const ssm = new SSMClient(cloud.settings);
  const written: string[] = [];
  const keep = async (Name: string, Value: string) => {
    await ssm.send(new PutParameterCommand({ Name, Value, Type: "SecureString", Overwrite: true }));
    written.push(Name);
    return { ssm: Name };
  };
  const clusters = await Promise.all(
    members.map(async ({ name: cluster, server, ca, token, alertsUrl, alertsCa, ...more }) => {
      const place = `/alertstatus/${name.replace("alertstatus-", "")}/clusters/${cluster}`;
      const kubernetes = {
        server,
        ...(ca && { ca: await keep(`${place}/ca`, ca) }),
        auth: { token: await keep(place, JSON.stringify({ server, token })) },
      };
      const source = alertsUrl && { url: alertsUrl, ...(alertsCa && { ca: await keep(`${place}/alerts-ca`, alertsCa) }) };
      return { name: cluster, kubernetes, ...(source && { alerts: source }), ...more };
    }),
  );
  await push(cloud, outputs.FleetUri, { clusters, profiles });
  return async () => {
    for (const Name of written) await ssm.send(new DeleteParameterCommand({ Name }));
    ssm.destroy();
  };
}

async function push({ env }: CloudAccess, uri: string, fleet: object): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stack-fleet-"));
  const file = join(folder, "fleet.yml");
  await writeFile(file, stringify(fleet));
  try {
    const { code, stderr } = await alertstatus(["fleet", "push", "--fleet", file, "--to", uri], ofAws(env));
    if (code !== 0) throw new Error(stderr);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function ofAws(env: CloudAccess["env"]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith("AWS_")));
}
