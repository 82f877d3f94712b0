import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { checkApiServer } from "./api-server.ts";
import { type Check, type Diagnosis, partOf, toShown, warning, withFallbacks, worstFirst } from "./checks/check.ts";
import { checkPush } from "./push.ts";
import { type DoctorSettings, openSession } from "./session.ts";
import { checkSource } from "./source.ts";

/** Looks at everything that a pass over a cluster rests on, with its own login, and writes nothing. */
export async function checkCluster(entry: ClusterEntry, doctor: DoctorSettings): Promise<Diagnosis> {
  const visit = openSession(doctor);
  const server = await checkApiServer(entry, visit);
  const sources = await Promise.all(entry.alerts.map((source) => checkSource(entry, source, server, visit)));
  const parts = withFallbacks(sources.map(({ checks }) => checks));
  const checks = [
    ...pausedChecks(entry),
    ...server.checks,
    ...parts.flatMap((part, index) => partOf(parts.length === 1 ? "alerts" : `alerts[${index}]`, part)),
    ...(await checkPush(entry.name, doctor.receiverSecret, sources)),
  ];
  return { cluster: entry.name, checks: worstFirst(checks.map((check) => toShown(check, [...visit.secrets]))) };
}

function pausedChecks({ paused }: ClusterEntry): readonly Check[] {
  return paused ? [warning("paused", "passes leave this cluster alone", "take `paused: true` out of the fleet file")] : [];
}
