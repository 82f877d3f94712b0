import { UpstreamError } from "../../core/errors.ts";
import { type Item, isMalformed, parseResourceList } from "../../core/kubernetes/item.ts";
import { type Paths, sizeOf } from "../../core/kubernetes/kept.ts";
import { FIELD_MANAGER } from "../../core/kubernetes/managed-fields.ts";
import { type ObjectKind, parseResource, type Resource } from "../../core/kubernetes/resource.ts";
import { PROBE_MS } from "../../core/limits.ts";
import type { Event } from "../../core/outcome/event.ts";
import type { Client } from "../http/client.ts";
import { get, sendOnce } from "../http/request.ts";
import { expectSuccess } from "./answer.ts";
import type { Kept } from "./kept-budget.ts";
import type { KnownLists } from "./known-lists.ts";

/** What of a list is kept: all of each object where no paths are named, all objects where no budget is, and nothing for the next pass without `lists`. */
type Keeping = { readonly paths?: () => Paths; readonly kept?: Kept; readonly lists?: KnownLists };

const PAGE = 500;
const MAX_ITEMS = 50_000;
const MAX_REQUESTS = 1_000;
// What is kept of it is far less, but it has to be received and parsed.
const MAX_LIST_CHARS = 128 * 2 ** 20;
// An object without conditions, and what is planned for it.
const ITEM_BYTES = 768;
// A kind of so little text is kept whole: to take out what is judged, and to measure it, costs more than it frees.
const SMALL_CHARS = 32 * 1_024;
// Of small objects, on the safe side.
const BYTES_PER_CHAR = 4;

/**
 * All objects of a kind, page by page, those that cannot be judged among them. An empty list where the whole API group is absent: there is
 * nothing to judge. An {@link UpstreamError} `kind-not-served` where the group is there without that version or kind.
 *
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export async function listResources(client: Client, of: ObjectKind, keeping: Keeping = {}): Promise<readonly Item[]> {
  try {
    return await listPages(client, of, keeping);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    // The list expired while it was read: the one way on is from the start.
    if (error.code === "expired") return await listPages(client, of, keeping);
    if (error.code !== "not-found") throw error;
    if (await isGroupAbsent(client, of)) return [];
    throw new UpstreamError("kind-not-served", `the API group ${of.group} is there, but not ${of.plural} in version ${of.version}`);
  }
}

/** Resolves when the API server answers a small part of what a pass asks for, whatever it answers; an {@link UpstreamError} where no answer comes soon. */
export async function probeKind(client: Client, of: ObjectKind): Promise<void> {
  await get({ ...client, requestMs: Math.min(client.requestMs, PROBE_MS) }, `${kindPath(of)}/${of.plural}?limit=1`);
}

/** One object as it is now; undefined where it is gone. */
export async function readResource(client: Client, resource: Resource, paths?: Paths): Promise<Resource | undefined> {
  const response = await get(client, pathOf(resource));
  return response.status === 404 ? undefined : parseResource(resource.of, expectSuccess(response, `reading ${resource.name}`), paths);
}

/**
 * Writes the whole list of conditions, and nothing but it, onto the very version that was read, and answers what the API server makes of it:
 * {@link UpstreamError} `conflict` where another writer was faster. With `dryRun` it only says what it would.
 */
export async function patchConditions(
  client: Client,
  resource: Resource,
  conditions: readonly unknown[],
  { dryRun = false, paths }: { readonly dryRun?: boolean; readonly paths?: Paths } = {},
): Promise<Resource> {
  const response = await sendOnce(client, {
    method: "PATCH",
    path: `${pathOf(resource)}/status?fieldManager=${FIELD_MANAGER}${dryRun ? "&dryRun=All" : ""}`,
    headers: { "content-type": "application/merge-patch+json" },
    body: JSON.stringify({ metadata: { resourceVersion: resource.resourceVersion }, status: { conditions } }),
  });
  return parseResource(resource.of, expectSuccess(response, `patching the status of ${resource.name}`), paths);
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

async function listPages(client: Client, of: ObjectKind, keeping: Keeping): Promise<readonly Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  let limit = PAGE;
  let chars = 0;
  for (let request = 0; request < MAX_REQUESTS; request++) {
    const page = await pageOf(client, of, limit, token, keeping.lists);
    if (page === undefined) {
      // An object may have 1.5 MiB: fewer of them fit.
      limit = Math.floor(limit / 2);
      continue;
    }
    chars += page.chars;
    if (chars > MAX_LIST_CHARS) throw new UpstreamError("too-large", `listing ${of.plural}: more than ${MAX_LIST_CHARS / 2 ** 20} MiB`);
    const isSmall = token === undefined && page.chars <= SMALL_CHARS;
    token = keepPage(of, page, items, isSmall, keeping);
    if (token === undefined) return items;
  }
  throw new UpstreamError("too-large", `listing ${of.plural}: more than ${MAX_REQUESTS} pages`);
}

// Adds the items of a page to those before it, and answers the token of the next one.
function keepPage(of: ObjectKind, { body, chars }: Page, items: Item[], isSmall: boolean, { paths, kept }: Keeping): string | undefined {
  const page = parseResourceList(of, body, isSmall ? undefined : paths?.(), MAX_ITEMS - items.length);
  const smallBytes = isSmall ? ITEM_BYTES + (chars * BYTES_PER_CHAR) / page.items.length : undefined;
  for (const item of page.items) {
    if (kept?.add(smallBytes ?? bytesOf(item)) === false)
      throw new UpstreamError("too-large", `listing ${of.plural}: more is stored in them than a run may keep of one cluster`);
    items.push(item);
  }
  return page.next;
}

// Undefined where as many objects as that are too large for one answer.
async function pageOf(
  client: Client,
  of: ObjectKind,
  limit: number,
  token: string | undefined,
  lists: KnownLists | undefined,
): Promise<Page | undefined> {
  const query = token === undefined ? "" : `&continue=${encodeURIComponent(token)}`;
  const path = `${kindPath(of)}/${of.plural}?limit=${limit}${query}`;
  try {
    const response = await get(client, path);
    const { body, status } = response;
    const parse = () => expectSuccess(response, `listing ${of.plural}`);
    const mayBeKnown = lists !== undefined && status === 200 && token === undefined && body.length <= SMALL_CHARS;
    return { body: mayBeKnown ? lists.read(`${client.login.key} ${path}`, body, parse) : parse(), chars: body.length };
  } catch (error) {
    if (error instanceof UpstreamError && error.code === "too-large" && limit > 1) return undefined;
    throw error;
  }
}

type Page = { readonly body: unknown; readonly chars: number };

// A text has one or two bytes a character, and a value that is no text about as many as its JSON.
function bytesOf(item: Item): number {
  if (isMalformed(item)) return ITEM_BYTES;
  return ITEM_BYTES + 2 * sizeOf([item.conditions, item.object], Number.POSITIVE_INFINITY);
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
