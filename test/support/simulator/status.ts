// Words the errors of the simulated API server as a real one does.

import { resourceOf, type User } from "./rbac.ts";
import type { ApiCall, ResourcePath } from "./request.ts";

/** What the API server answers: text, or an object that is sent as JSON. */
export type ApiAnswer = { readonly code: number; readonly body: string | object };

export const noSuchPage: ApiAnswer = { code: 404, body: "404 page not found\n" };

export const unauthorized = refusal(401, "Unauthorized", "Unauthorized");

export const expired = refusal(
  410,
  "Expired",
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.",
);

export const badToken = refusal(400, "BadRequest", "invalid continue token: continue key is not valid");

export const unreachable = refusal(
  503,
  "ServiceUnavailable",
  "error trying to reach service: dial tcp 10.200.0.1:9090: connect: connection refused",
);

export function forbidden({ name }: User, { verb, path, resource }: ApiCall): ApiAnswer {
  if (resource === undefined) return refusal(403, "Forbidden", `forbidden: User "${name}" cannot get path "${path}"`);
  const scope = resource.namespace === undefined ? "at the cluster scope" : `in the namespace "${resource.namespace}"`;
  const action = `cannot ${verb} resource "${resourceOf(resource)}" in API group "${resource.group}" ${scope}`;
  return refusal(403, "Forbidden", `${resourceName(resource)} is forbidden: User "${name}" ${action}`);
}

export function notFound(resource: ResourcePath): ApiAnswer {
  return refusal(404, "NotFound", `${resourceName(resource)} not found`);
}

export function conflict(resource: ResourcePath): ApiAnswer {
  const why = "the object has been modified; please apply your changes to the latest version and try again";
  return refusal(409, "Conflict", `Operation cannot be fulfilled on ${resourceName(resource)}: ${why}`);
}

export function invalid(kind: string, { group, name }: ResourcePath, problems: readonly string[]): ApiAnswer {
  const list = problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`;
  return refusal(422, "Invalid", `${kind}.${group} "${name}" is invalid: ${list}`);
}

function resourceName({ plural, group, name }: ResourcePath): string {
  const type = group === "" ? plural : `${plural}.${group}`;
  return name === undefined ? type : `${type} "${name}"`;
}

function refusal(code: number, reason: string, message: string): ApiAnswer {
  return { code, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code } };
}
