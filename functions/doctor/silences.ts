import { proxyPath } from "../cluster/source.ts";
import type { AlertsSource } from "../core/access/alerts.ts";
import { remedies, UpstreamError } from "../core/errors.ts";
import { readSilences } from "../io/prometheus/prometheus.ts";
import type { ApiServer } from "./api-server.ts";
import { type Check, ok, skipped, warning } from "./checks/check.ts";
import { refusalOf } from "./checks/unreadable.ts";
import type { Session } from "./session.ts";

const CHECK = "Alertmanager";

/** Whether the Alertmanager of a source, where it has one, says what is silenced. */
export async function checkSilences({ alertmanager }: AlertsSource, server: ApiServer, visit: Session): Promise<readonly Check[]> {
  if (alertmanager === undefined) return [];
  const client = "service" in alertmanager ? server.client : visit.clientOf(visit.logins.ofSource(alertmanager, visit.folder));
  if (client === undefined) return [skipped(CHECK, "not asked for: the API server cannot be asked")];
  try {
    await readSilences(client, "service" in alertmanager ? proxyPath(alertmanager) : "");
    return [ok(CHECK, "it says which alerts are silenced")];
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const remedy = refusalOf(error)?.remedy ?? remedies[error.code];
    return [warning(CHECK, `until it answers, nothing counts as silenced: ${error.why}`, remedy)];
  }
}
