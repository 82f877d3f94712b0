import type { Code } from "../../core/errors.ts";
import { parseBody, type Response, refusal } from "../http/response.ts";

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

function meaningOf(status: number): Code {
  return MEANINGS[status] ?? "unavailable";
}
