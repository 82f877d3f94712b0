import { type Code, UpstreamError } from "../../core/errors.ts";
import { parseJson, valueAt } from "../../core/json.ts";
import { sanitize } from "../../core/text.ts";
import { parseBody, type Response, refusal } from "../http/request.ts";

// https://github.com/kubernetes/community/blob/main/contributors/devel/sig-architecture/api-conventions.md#http-status-codes
const MEANINGS: Readonly<Record<number, Code>> = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  410: "expired",
  415: "invalid",
  422: "invalid",
  429: "throttled",
};

/** The body of a success; an {@link UpstreamError} says what the API server has against it. */
export function expectSuccess(response: Response, doing: string): unknown {
  if (response.status === 200 || response.status === 201) return parseBody(response, doing);
  throw refusal(meaningOf(response.status), doing, response, "the API server ");
}

/** The answer to a call of @kubernetes/client-node; an {@link UpstreamError} says what the API server said. */
export async function withUpstreamErrors<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UpstreamError("code" in error ? meaningOf(Number(error.code)) : "unavailable", saidIn(error));
  }
}

function meaningOf(status: number): Code {
  return MEANINGS[status] ?? "unavailable";
}

// The client's own message repeats the whole answer, headers and all.
function saidIn(error: Error): string {
  const body = "body" in error ? error.body : undefined;
  const message = valueAt(typeof body === "string" ? parseJson(body) : body, ["message"]);
  return sanitize(typeof message === "string" ? message : error.message);
}
