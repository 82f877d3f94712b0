import type { Event } from "../../core/outcome/event.ts";
import { FIELD_MANAGER } from "../../core/verdict/ownership.ts";
import { sendOnce, type Wire } from "../http/request.ts";
import { accepted } from "./answer.ts";

/** Puts an Event beside the others of its namespace; an {@link UpstreamError} where the API server does not take it. */
export async function recordEvent(wire: Wire, event: Event): Promise<void> {
  const { namespace } = event.metadata;
  const response = await sendOnce(wire, {
    method: "POST",
    path: `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events?fieldManager=${FIELD_MANAGER}`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
  });
  accepted(response, `creating an Event in ${namespace}`);
}
