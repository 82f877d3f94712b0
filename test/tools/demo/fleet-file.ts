// Writes the fleet file of the demo.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Profile } from "../../../functions/core/profile/profile.ts";

/** A cluster of the scene as its owner knows it. */
export type Member = {
  readonly name: string;
  readonly server: string;
  readonly ca?: string;
  readonly token: string;
  readonly alertsUrl?: string;
};

/** Writes a fleet file as a person would, with the secrets in files beside it. */
export async function writeFleet(
  members: readonly Member[],
  profiles: Readonly<Record<string, Profile>> = {},
): Promise<{ fleetFile: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "alertstatus-demo-"));
  const clusters = members.map(({ name, server, ca, alertsUrl }) => ({
    name,
    kubernetes: { server, ...(ca && { ca: { file: `${name}.pem` } }), auth: { token: { file: `${name}.token` } } },
    ...(alertsUrl && { alerts: { url: alertsUrl } }),
  }));
  for (const { name, token, ca } of members) {
    await writeFile(join(folder, `${name}.token`), token, { mode: 0o600 });
    if (ca !== undefined) await writeFile(join(folder, `${name}.pem`), ca);
  }
  const fleetFile = join(folder, "fleet.yml");
  const own = Object.keys(profiles);
  const defaults = { profiles: own.length > 0 ? own : ["kyma-telemetry"] };
  await writeFile(fleetFile, stringify({ defaults, clusters, ...(own.length > 0 && { profiles }) }));
  return { fleetFile, remove: () => rm(folder, { recursive: true, force: true }) };
}
