// Answers requests for custom resources like the API server that test/contract compares it with.

import { isObject, type JsonObject, valueAt } from "../../../functions/core/json.ts";
import type { ServedKind } from "./kinds.ts";
import type { ApiCall, ResourcePath } from "./request.ts";
import { type ApiAnswer, badToken, conflict, expired, invalid, noSuchPage, notFound } from "./status.ts";
import type { ContinueToken, Store } from "./store.ts";

/** Answers an authorized call for custom resources, as far as the contract suite has shown a real API server to answer it. */
export function answer(kinds: readonly ServedKind[], store: Store, call: ApiCall, body: string): ApiAnswer {
  const { resource, verb } = call;
  if (resource === undefined) return discovery(kinds, call.path);
  const of = kinds.find(
    ({ group, version, plural }) => group === resource.group && version === resource.version && plural === resource.plural,
  );
  if (of === undefined) return noSuchPage;
  if (verb === "list") return list(of, store, call.query);
  if (verb === "get" && resource.subresource === undefined)
    return objectOrNotFound(store.find(of, resource.name ?? "", resource.namespace), resource);
  if (verb === "patch" && resource.subresource === "status") return patchStatus(of, store, call, resource, JSON.parse(body));
  return { code: 501, body: `the simulator has not learned to ${verb} ${call.path}` };
}

function discovery(kinds: readonly ServedKind[], path: string): ApiAnswer {
  const [, name] = /^\/apis\/([^/]+)$/.exec(path) ?? [];
  const versions = new Set(kinds.flatMap(({ group, version }) => (group === name ? [version] : [])));
  if (versions.size === 0) return noSuchPage;
  return { code: 200, body: { kind: "APIGroup", name, versions: [...versions].map((version) => ({ version })) } };
}

function list({ kind, ...of }: ServedKind, store: Store, query: URLSearchParams): ApiAnswer {
  const text = query.get("continue");
  const token = text === null ? undefined : parseToken(text);
  if (text !== null && token === undefined) return badToken;
  const page = store.page({ ...of, kind }, Number(query.get("limit")) || Number.POSITIVE_INFINITY, token);
  if (page === undefined) return expired;
  const metadata = { continue: page.next ? writeToken(page.next) : "", resourceVersion: String(page.rv) };
  return { code: 200, body: { apiVersion: `${of.group}/${of.version}`, items: page.items, kind: `${kind}List`, metadata } };
}

function patchStatus(of: ServedKind, store: Store, { query }: ApiCall, resource: ResourcePath, patch: JsonObject): ApiAnswer {
  const before = store.find(of, resource.name ?? "", resource.namespace);
  if (before === undefined) return notFound(resource);
  const { resourceVersion } = isObject(patch.metadata) ? patch.metadata : {};
  const isStale = resourceVersion !== undefined && resourceVersion !== valueAt(before, ["metadata", "resourceVersion"]);
  if (isStale) return conflict(resource);
  const after = { ...before, status: { ...(isObject(before.status) && before.status), ...(isObject(patch.status) && patch.status) } };
  const problems = of.problems(after);
  if (problems.length > 0) return invalid(of.kind, resource, problems);
  return { code: 200, body: query.get("dryRun") === "All" ? after : store.put(of, after) };
}

function objectOrNotFound(object: JsonObject | undefined, resource: ResourcePath): ApiAnswer {
  return object === undefined ? notFound(resource) : { code: 200, body: object };
}

// The same form as the real one, so that a test can name an older state of either.
function writeToken(token: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: "meta.k8s.io/v1", ...token })).toString("base64url");
}

function parseToken(text: string): ContinueToken | undefined {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    return undefined;
  }
}
