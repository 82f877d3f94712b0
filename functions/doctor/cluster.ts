import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { redacted } from "../core/text.ts";
import { examineApiServer } from "./api-server.ts";
import { type Check, type Diagnosis, partOf, warning, withStandIns, worstFirst } from "./checks/check.ts";
import { examinePush } from "./push.ts";
import { beginVisit, type Doctor } from "./session.ts";
import { examineSource } from "./source.ts";

/** Looks at everything that a pass over a cluster rests on, with its own login, and writes nothing. */
export async function examineCluster(entry: ClusterEntry, doctor: Doctor): Promise<Diagnosis> {
  const visit = beginVisit(doctor);
  const server = await examineApiServer(entry, visit);
  const sources = await Promise.all(entry.alerts.map((source) => examineSource(entry, source, server, visit)));
  const parts = withStandIns(sources.map(({ checks }) => checks));
  const checks = [
    ...pausedChecks(entry),
    ...server.checks,
    ...parts.flatMap((part, index) => partOf(parts.length === 1 ? "alerts" : `alerts[${index}]`, part)),
    ...(await examinePush(entry.name, doctor.receiverSecret, sources)),
  ];
  return { cluster: entry.name, checks: worstFirst(checks.map((check) => withoutSecrets(check, [...visit.secrets]))) };
}

function pausedChecks({ paused }: ClusterEntry): readonly Check[] {
  return paused ? [warning("paused", "passes leave this cluster alone", "take `paused: true` out of the fleet file")] : [];
}

function withoutSecrets(check: Check, secrets: readonly string[]): Check {
  return { ...check, message: redacted(check.message, secrets) };
}
