// Reads the log of a function from the local cloud.

import { cloudRequest } from "./cloud-request.ts";
import type { CloudAccess } from "./local-cloud.ts";

/** The lines of a function's log group, oldest first; `sinceMs` leaves out those before, in milliseconds since the epoch. */
export async function functionLog(cloud: CloudAccess, name: string, sinceMs = 0): Promise<readonly string[]> {
  const body = { logGroupName: `/aws/lambda/${name}`, startTime: sinceMs };
  const answer = await cloudRequest(cloud, { service: "logs", target: "Logs_20140328.FilterLogEvents", body });
  const { events }: { events: readonly { message: string }[] } = JSON.parse(answer);
  return events.map(({ message }) => message);
}
