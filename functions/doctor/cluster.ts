// Diagnoses one cluster: its API server, its sources of alerts and its pushes, in one list with the worst first.

import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { isPaused, pauseText } from "../core/fleet/pause.ts";
import { checkApiServer } from "./api-server.ts";
import { type Check, type Diagnosis, partOf, toShown, warning, withFallbacks, worstFirst } from "./checks/check.ts";
import { checkPush } from "./push.ts";
import { type DoctorSettings, openSession } from "./session.ts";
import { checkSource } from "./source.ts";

/** Checks everything that a pass over a cluster depends on, with the login of that pass, and writes nothing. */
export async function checkCluster(entry: ClusterEntry, doctor: DoctorSettings): Promise<Diagnosis> {
  const session = openSession(doctor);
  const server = await checkApiServer(entry, session);
  const sources = await Promise.all(entry.alerts.map((source) => checkSource(entry, source, server, session)));
  const parts = withFallbacks(sources.map(({ checks }) => checks));
  const checks = [
    ...pausedChecks(entry, doctor.clock.nowMs()),
    ...server.checks,
    ...parts.flatMap((part, index) => partOf(parts.length === 1 ? "alerts" : `alerts[${index}]`, part)),
    ...(await checkPush(entry.name, doctor.receiverSecret, sources)),
  ];
  return { cluster: entry.name, checks: worstFirst(checks.map((check) => toShown(check, [...session.secrets]))) };
}

function pausedChecks({ paused }: ClusterEntry, nowMs: number): readonly Check[] {
  if (!isPaused(paused, nowMs)) return [];
  const until = pauseText(paused);
  return until === undefined
    ? [warning("paused", "passes skip this cluster", "remove `paused: true` from the fleet file")]
    : [warning("paused", `passes skip this cluster ${until}`, "it ends by itself; `fleet resume` ends it now")];
}
