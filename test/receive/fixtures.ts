import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What real senders have sent: RECORD=1 has the tests against the real parts write it anew. */
const fixtures = {
  prometheusFiring: "prometheus-firing.body",
  prometheusResolved: "prometheus-resolved.body",
  alertmanagerFiring: "alertmanager-firing.body",
  alertmanagerResolved: "alertmanager-resolved.body",
  alertmanagerTruncated: "alertmanager-truncated.body",
  snsFiring: "sns-firing.body",
  snsResolved: "sns-resolved.body",
} as const;

export type Fixture = keyof typeof fixtures;

const fileOf = (fixture: Fixture) => join(import.meta.dirname, "fixtures", fixtures[fixture]);

export function recorded(fixture: Fixture): string {
  return readFileSync(fileOf(fixture), "utf8");
}

/** What a sender has sent just now, without the machine that it runs on; written down where that is asked for. */
export function record(fixture: Fixture, body: string): string {
  const anonymous = body.replace(/http:\/\/[^/"\s]+/g, "http://sender.example");
  if (process.env.RECORD) writeFileSync(fileOf(fixture), anonymous);
  return anonymous;
}
