// Checks the Alertmanager of a source, which only adds silences: its failure is a warning.

import { behindProxy, type Place } from "../cluster/source.ts";
import type { AlertmanagerSource, AlertsSource } from "../core/access/alerts.ts";
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
  const place = placeOf(alertmanager, server, session);
  if (place === undefined) return [skipped(CHECK, "not checked: the API server does not accept the login")];
  try {
    await readSilences(place.client, place.prefix);
    return [ok(CHECK, "it lists the silenced alerts")];
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    const remedy = refusalOf(error)?.remedy ?? remedies[error.code];
    return [warning(CHECK, `until it answers, nothing counts as silenced: ${error.why}`, remedy)];
  }
}

function placeOf(manager: AlertmanagerSource, { client }: ApiServer, { logins, folder, clientOf }: Session): Place | undefined {
  if ("service" in manager) return client && behindProxy(client, manager.service);
  return { client: clientOf(logins.ofSource(manager, folder)), prefix: "" };
}
