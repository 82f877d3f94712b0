// Keeps the bodies that real senders sent, so that fast tests run on them.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The bodies by sender and state; with RECORD=1 the tests against real parts write them again. */
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

/** Removes the host name from a body that a real sender sent, and stores the body where RECORD is set. */
export function record(fixture: Fixture, body: string): string {
  const anonymous = body.replace(/http:\/\/[^/"\s]+/g, "http://sender.example");
  if (process.env.RECORD) writeFileSync(fileOf(fixture), anonymous);
  return anonymous;
}
