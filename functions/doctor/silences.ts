import { silencesReader } from "../cluster/silences.ts";
import type { AlertsSource } from "../core/access/alerts.ts";
import { remedies } from "../core/errors.ts";
import type { ApiServer } from "./api-server.ts";
import { type Check, ok, skipped, warning, withoutRequest } from "./checks/check.ts";
import type { Session } from "./session.ts";

const CHECK = "Alertmanager";

/** Whether the Alertmanager of a source, where it has one, says what is silenced. */
export async function checkSilences({ alertmanager }: AlertsSource, server: ApiServer, visit: Session): Promise<readonly Check[]> {
  if (alertmanager === undefined) return [];
  const way = "service" in alertmanager ? server.way : visit.wayTo(visit.logins.ofSource(alertmanager, visit.folder));
  if (way === undefined) return [skipped(CHECK, "not asked for: the API server cannot be asked")];
  const answer = await silencesReader(alertmanager, way)(Number.NEGATIVE_INFINITY);
  if ("silences" in answer) return [ok(CHECK, "it says which alerts are silenced")];
  const { code, message } = answer.silencesUnreadable;
  return [warning(CHECK, `until it answers, nothing counts as silenced: ${withoutRequest(message)}`, remedies[code])];
}
