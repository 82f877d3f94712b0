import { UpstreamError } from "../../core/errors.ts";
import { FIELD_MANAGER } from "../../core/kubernetes/managed-fields.ts";
import { type ObjectKind, parseResource, parseResourceList, type Resource } from "../../core/kubernetes/resource.ts";
import type { Event } from "../../core/outcome/event.ts";
import type { Client } from "../http/client.ts";
import { get, sendOnce } from "../http/request.ts";
import { expectSuccess } from "./answer.ts";

const PAGE = 500;
const MAX_PAGES = 100;
// Parsed, it is several times that, and stays until the pass is over.
const MAX_LIST_CHARS = 64 * 2 ** 20;

/**
 * All objects of a kind, page by page. An empty list where the whole API group is absent: there is nothing to judge. An
 * {@link UpstreamError} `kind-not-served` where the group is there without that version or kind.
 *
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export async function listResources(client: Client, of: ObjectKind): Promise<readonly Resource[]> {
  try {
    return await listPages(client, of);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    // The list expired while it was read: the one way on is from the start.
    if (error.code === "expired") return await listPages(client, of);
    if (error.code !== "not-found") throw error;
    if (await isGroupAbsent(client, of)) return [];
    throw new UpstreamError("kind-not-served", `the API group ${of.group} is there, but not ${of.plural} in version ${of.version}`);
  }
}

/** One object as it is now; undefined where it is gone. */
export async function readResource(client: Client, resource: Resource): Promise<Resource | undefined> {
  const response = await get(client, pathOf(resource));
  return response.status === 404 ? undefined : parseResource(resource.of, expectSuccess(response, `reading ${resource.name}`));
}

/**
 * Writes the whole list of conditions, and nothing but it, onto the very version that was read, and answers what the API server makes of it:
 * {@link UpstreamError} `conflict` where another writer was faster. With `dryRun` it only says what it would.
 */
export async function patchConditions(
  client: Client,
  resource: Resource,
  conditions: readonly unknown[],
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<Resource> {
  const response = await sendOnce(client, {
    method: "PATCH",
    path: `${pathOf(resource)}/status?fieldManager=${FIELD_MANAGER}${dryRun ? "&dryRun=All" : ""}`,
    headers: { "content-type": "application/merge-patch+json" },
    body: JSON.stringify({ metadata: { resourceVersion: resource.resourceVersion }, status: { conditions } }),
  });
  return parseResource(resource.of, expectSuccess(response, `patching the status of ${resource.name}`));
}

/** Puts an Event beside the others of its namespace; an {@link UpstreamError} where the API server does not take it. */
export async function recordEvent(client: Client, event: Event): Promise<void> {
  const { namespace } = event.metadata;
  const response = await sendOnce(client, {
    method: "POST",
    path: `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events?fieldManager=${FIELD_MANAGER}`,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
  });
  expectSuccess(response, `creating an Event in ${namespace}`);
}

async function listPages(client: Client, of: ObjectKind): Promise<readonly Resource[]> {
  const resources: Resource[] = [];
  let token: string | undefined;
  let chars = 0;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = token === undefined ? "" : `&continue=${encodeURIComponent(token)}`;
    const response = await get(client, `${kindPath(of)}/${of.plural}?limit=${PAGE}${query}`);
    chars += response.body.length;
    if (chars > MAX_LIST_CHARS) throw new UpstreamError("too-large", `listing ${of.plural}: more than ${MAX_LIST_CHARS / 2 ** 20} MiB`);
    const { items, next } = parseResourceList(of, expectSuccess(response, `listing ${of.plural}`));
    resources.push(...items);
    if (next === undefined) return resources;
    token = next;
  }
  throw new UpstreamError("too-large", `listing ${of.plural}: more than ${MAX_PAGES * PAGE} objects`);
}

async function isGroupAbsent(client: Client, { group }: ObjectKind): Promise<boolean> {
  const response = await get(client, `/apis/${group}`);
  if (response.status === 404) return true;
  expectSuccess(response, `asking for the API group ${group}`);
  return false;
}

function pathOf({ of, name, namespace }: Resource): string {
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${kindPath(of)}${scope}/${of.plural}/${encodeURIComponent(name)}`;
}

/** Where a group and version of the API stands. */
export function kindPath({ group, version }: ObjectKind): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}
