// Checks the Alertmanager of a source, which only adds silences: its failure is a warning.

import { proxyPath } from "../cluster/source.ts";
import type { AlertsSource } from "../core/access/alerts.ts";
import { remedies, UpstreamError } from "../core/errors.ts";
import { readSilences } from "../io/prometheus/prometheus.ts";
import type { ApiServer } from "./api-server.ts";
import { type Check, ok, skipped, warning } from "./checks/check.ts";
import { refusalOf } from "./checks/unreadable.ts";
import type { Session } from "./session.ts";

const CHECK = "Alertmanager";

/** Checks whether the Alertmanager of a source, where it has one, lists its silenced alerts. */
export async function checkSilences({ alertmanager }: AlertsSource, server: ApiServer, session: Session): Promise<readonly Check[]> {
  if (alertmanager === undefined) return [];
  const client = "service" in alertmanager ? server.client : session.clientOf(session.logins.ofSource(alertmanager, session.folder));
  if (client === undefined) return [skipped(CHECK, "not checked: the API server does not accept the login")];
  try {
    await readSilences(client, "service" in alertmanager ? proxyPath(alertmanager) : "");
    return [ok(CHECK, "it lists the silenced alerts")];
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const remedy = refusalOf(error)?.remedy ?? remedies[error.code];
    return [warning(CHECK, `until it answers, nothing counts as silenced: ${error.why}`, remedy)];
  }
}
