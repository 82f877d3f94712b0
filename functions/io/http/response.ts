// What a server answered: its body as JSON, or what is wrong with it, with no secret in what is shown.

import { type Code, UpstreamError } from "../../core/errors.ts";
import { hasMoreValues, parseJson, valueAt } from "../../core/json.ts";
import { redact, sanitize } from "../../core/text.ts";

export type Response = {
  readonly status: number;
  readonly retryAfterMs?: number;
  /** The server's own clock, as an HTTP date. */
  readonly date?: string;
  readonly body: string;
  /** What was asked for: the method and the whole URL. */
  readonly what: string;
  /** What was sent and must not be seen, should the server repeat it. */
  readonly secrets: readonly string[];
};

// A value takes up to sixty bytes, however few of them it is on the wire: small answers need no count.
const MAX_VALUES = 1_000_000;
const LARGE = 256 * 1_024;

/** The body of the answer to a request as JSON; an {@link UpstreamError} `malformed` where it is none, `too-large` where it holds too much. */
export function parseBody({ body, secrets }: Response, request: string): unknown {
  if (body.length > LARGE && hasMoreValues(body, MAX_VALUES))
    throw new UpstreamError("too-large", `the answer holds more than ${MAX_VALUES} values`, { request });
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Redacted as a whole: of a secret that is cut, what is left would be shown.
    const excerpt = sanitize(redact(body, secrets), 60);
    throw new UpstreamError("malformed", `the answer is no JSON: ${excerpt || "it is empty"}`, { request });
  }
}

/** An answer that is no success, as an error: its status, and what a Kubernetes Status (`message`), a Prometheus (`error`) or a short text says of it. */
export function refusal(code: Code, request: string, { status, body, secrets }: Response, by = ""): UpstreamError {
  const text = saidIn(body);
  const said = text === undefined ? undefined : sanitize(redact(text, secrets));
  const answer = said === undefined ? String(status) : `${status}: ${said}`;
  return new UpstreamError(code, `${by}answered ${answer}`, { request, status, said });
}

const LONGEST_SAID = 200;

// A proxy in between may answer with anything, and a page of HTML says nothing to a person here.
function saidIn(body: string): string | undefined {
  const answer = parseJson(body);
  if (answer !== undefined) return [valueAt(answer, ["message"]), valueAt(answer, ["error"])].find((text) => typeof text === "string");
  const text = body.trim();
  return text === "" || text.length > LONGEST_SAID || text.startsWith("<") ? undefined : text;
}
