// Builds fleet documents that are valid by default, so that a test shows only what it is about.

import type { FleetRules } from "../../../functions/core/access/fleet-rules.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { problemText } from "../../../functions/core/validation.ts";

export const SERVICE = { service: { namespace: "monitoring", name: "prometheus", port: 9090 } };

/** The document of a fleet with these entries. */
export function aFleet(...clusters: readonly unknown[]): { clusters: readonly unknown[] } {
  return { clusters };
}

/** An entry with a name and access to its API server. */
export function aCluster(more: object = {}): { name: string; kubernetes: object } {
  return { name: "prod", kubernetes: { server: "https://api.example:6443", auth: { token: { env: "TOKEN" } } }, ...more };
}

type ProfileParts = { row?: object; rows?: readonly object[]; unproven?: readonly object[]; kind?: string; [field: string]: unknown };

/** The document of a profile for queues: one row, and no source of alerts. */
export function aProfile({ row = {}, rows = [row], unproven, kind = "Queue", ...more }: ProfileParts = {}): object {
  const says = { reason: "Fine", message: "It is fine." };
  return {
    condition: "Mine",
    identify: { name: "queue", unlabelled: "none" },
    rules: { for: "1m", window: "5m" },
    gates: [],
    flows: [
      {
        of: { group: "example.org", version: "v1", plural: `${kind.toLowerCase()}s`, kind },
        rows: rows.map((more) => ({ alert: "QueueFull", reason: "Full", message: "It is full.", ...more })),
        unproven: unproven ?? [says],
        healthy: says,
      },
    ],
    ...more,
  };
}

/** The fleet of a document, with its problems as they are shown. */
export function parseInWords(document: unknown, rules?: FleetRules) {
  const { problems, wrong, ...fleet } = parseFleet(document, rules);
  return {
    ...fleet,
    problems: problems.map(problemText),
    wrong: wrong.map((entry) => ({ ...entry, problems: entry.problems.map(problemText) })),
  };
}

/** All problems of a document, each once. */
export function problemsIn(document: unknown): readonly string[] {
  const { problems, wrong } = parseInWords(document);
  return [...new Set([...problems, ...wrong.flatMap((entry) => entry.problems)])];
}
