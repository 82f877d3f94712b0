// Renews the Lease by which a cluster tells that its conditions are looked after, at most once a period.

import { valueAt } from "../../core/json.ts";
import { FIELD_MANAGER } from "../../core/kubernetes/managed-fields.ts";
import { parseTimeMs, timeText } from "../../core/time.ts";
import type { Client } from "../http/client.ts";
import { get, sendOnce } from "../http/request.ts";
import { expectSuccess } from "./answer.ts";

// As infra/cluster/heartbeat creates it.
const PATH = "/apis/coordination.k8s.io/v1/namespaces/default/leases/alertstatus";
const NAME = "the Lease default/alertstatus";

/**
 * Renews the Lease unless that was done within `periodMs`, by whichever process; an {@link UpstreamError} where it is missing or refused.
 *
 * https://kubernetes.io/docs/concepts/architecture/leases/
 */
export async function renewLease(client: Client, periodMs: number): Promise<void> {
  const lease = expectSuccess(await get(client, PATH), `reading ${NAME}`);
  const nowMs = client.clock.nowMs();
  // A time far ahead is of a clock that is wrong, and would silence the heartbeat until then.
  if (Math.abs(nowMs - parseTimeMs(valueAt(lease, ["spec", "renewTime"]))) < periodMs) return;
  const renewTime = timeText(nowMs).replace(/Z$/, ".000000Z");
  const spec = { holderIdentity: FIELD_MANAGER, leaseDurationSeconds: Math.ceil(periodMs / 1_000), renewTime };
  const response = await sendOnce(client, {
    method: "PATCH",
    path: `${PATH}?fieldManager=${FIELD_MANAGER}`,
    headers: { "content-type": "application/merge-patch+json" },
    body: JSON.stringify({ metadata: { resourceVersion: valueAt(lease, ["metadata", "resourceVersion"]) }, spec }),
  });
  // Another process was faster, and has renewed it.
  if (response.status !== CONFLICT) expectSuccess(response, `renewing ${NAME}`);
}

const CONFLICT = 409;
