// Parses the path of a request into verb and resource, as the API server's authorizers see them.

import type { IncomingMessage } from "node:http";

/** What a request asks for, in the words of the API server: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb */
export type ApiCall = {
  readonly verb: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Undefined where the path is none of a resource. */
  readonly resource?: ResourcePath;
};

export type ResourcePath = {
  readonly group: string;
  readonly version: string;
  readonly namespace?: string;
  readonly plural: string;
  readonly name?: string;
  readonly subresource?: string;
  /** What follows the subresource `proxy`. */
  readonly rest: string;
};

const CORE = /^\/api\/(?<version>[^/]+)\/(?<what>.+)$/;
const GROUP = /^\/apis\/(?<group>[^/]+)\/(?<version>[^/]+)\/(?<what>.+)$/;
const WHAT = /^(?:namespaces\/(?<namespace>[^/]+)\/)?(?<plural>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<subresource>[^/]+)(?<rest>\/.*)?)?)?$/;
const VERBS: Readonly<Record<string, string>> = { PATCH: "patch", PUT: "update", POST: "create", DELETE: "delete" };

export function parseCall({ method = "", url = "" }: IncomingMessage): ApiCall {
  const { pathname, searchParams } = new URL(url, "http://simulator");
  const resource = parseResourcePath(pathname);
  const reading = resource !== undefined && resource.name === undefined ? "list" : "get";
  return { verb: VERBS[method] ?? reading, path: pathname, query: searchParams, resource };
}

function parseResourcePath(path: string): ResourcePath | undefined {
  const { group = "", version = "", what = "" } = (GROUP.exec(path) ?? CORE.exec(path))?.groups ?? {};
  const { plural, namespace, name, subresource, rest = "" } = WHAT.exec(what)?.groups ?? {};
  if (plural === undefined) return undefined;
  return { group, version, namespace, plural, name, subresource, rest };
}
