import { parseAlerts, type Reading } from "../core/alert.ts";
import { type Code, UpstreamError } from "../core/errors.ts";
import { get, parseJson, type Response, type Wire } from "./http.ts";

/**
 * Asks a source what is pending and firing; an {@link UpstreamError} where it does not say.
 *
 * https://prometheus.io/docs/prometheus/latest/querying/api/#alerts
 */
export async function readAlerts(wire: Wire, prefix = ""): Promise<Reading> {
  return parseAlerts(parseJson(wire, accepted(await get(wire, `${prefix}/api/v1/alerts`)), "the Alerts API"));
}

/** A source that cannot be read is a reading too. */
export async function readingOf(read: () => Promise<Reading>): Promise<Reading> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { was: "unreadable", code: error.code, message: error.message };
  }
}

const MEANINGS: Readonly<Record<number, Code>> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  429: "throttled",
};

function accepted(response: Response): Response {
  if (response.status === 200) return response;
  throw new UpstreamError(MEANINGS[response.status] ?? "unavailable", `the Alerts API answered ${response.status}`);
}
