// Reads the log of a function from the local cloud.

import { cloudRequest } from "./cloud-request.ts";
import type { CloudAccess } from "./local-cloud.ts";

/** All lines of a function's log group, oldest first. */
export async function functionLog(cloud: CloudAccess, name: string): Promise<readonly string[]> {
  const body = { logGroupName: `/aws/lambda/${name}` };
  const answer = await cloudRequest(cloud, { service: "logs", target: "Logs_20140328.FilterLogEvents", body });
  const { events }: { events: readonly { message: string }[] } = JSON.parse(answer);
  return events.map(({ message }) => message);
}
