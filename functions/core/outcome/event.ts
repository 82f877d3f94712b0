// Makes a transition into an Event, where `kubectl describe` shows it beside its resource.

import { valueAt } from "../json.ts";
import { FIELD_MANAGER } from "../kubernetes/managed-fields.ts";
import type { Resource } from "../kubernetes/resource.ts";
import { truncateBytes } from "../text.ts";
import type { Patched } from "./outcome.ts";

export type Event = ReturnType<typeof eventOf>;

// https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/validation/events.go
const LONGEST_REASON = 128;
const LONGEST_NOTE = 1_024;
const LONGEST_PREFIX = 50;

/**
 * The Event (`events.k8s.io/v1`) that tells of a condition which has begun to say something else: what is not well, or not known, is a
 * Warning. Of a cluster-scoped resource it stands in the namespace `default`. The API server makes the name unique.
 *
 * @param timestamp RFC 3339 with seconds, in UTC
 */
export function eventOf(resource: Resource, { apiVersion, kind, name, namespace, condition }: Patched, timestamp: string) {
  const { status, reason, message } = condition;
  const uid = valueAt(resource.object, ["metadata", "uid"]);
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { namespace: namespace ?? "default", generateName: `${name.slice(0, LONGEST_PREFIX).replace(/[^a-z0-9]+$/, "")}-` },
    eventTime: timestamp.replace(/Z$/, ".000000Z"),
    reportingController: `${FIELD_MANAGER}.io/${FIELD_MANAGER}`,
    reportingInstance: FIELD_MANAGER,
    action: "SetCondition",
    type: status === "True" ? "Normal" : "Warning",
    reason: truncateBytes(reason, LONGEST_REASON),
    note: truncateBytes(message, LONGEST_NOTE),
    regarding: { apiVersion, kind, name, namespace, uid, resourceVersion: resource.resourceVersion },
  } as const;
}
