import { type Code, UpstreamError } from "../../core/errors.ts";
import { isObject, parseJson, valueAt } from "../../core/json.ts";
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
  const code = isFull(response) ? "conditions-full" : meaningOf(response.status);
  const refused = refusal(code, doing, response, "the API server ");
  if (!DENIED.test(refused.said ?? "")) throw refused;
  const { why, status, said } = refused;
  throw new UpstreamError("denied-by-policy", why, { request: doing, status, said });
}

// Webhooks choose the status themselves, and a policy answers 422. The words are those of the API server:
// https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors/statuserror.go
// https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/dispatcher.go
const DENIED = /admission webhook "[^"]*" denied the request|ValidatingAdmissionPolicy '[^']*' with binding '[^']*' denied request/;

// A list of conditions that has as many entries as its CRD allows takes no new type.
function isFull({ status, body }: Response): boolean {
  const causes = status === 422 ? valueAt(parseJson(body), ["details", "causes"]) : undefined;
  return (
    Array.isArray(causes) && causes.some((cause) => isObject(cause) && cause.reason === "FieldValueTooMany" && cause.field === CONDITIONS)
  );
}

const CONDITIONS = "status.conditions";

function meaningOf(status: number): Code {
  return MEANINGS[status] ?? "unavailable";
}
