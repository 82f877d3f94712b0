// A page of a LIST, item by item: what cannot be judged is named, and hides nothing beside it.

import { type Failure, UpstreamError } from "../errors.ts";
import { isObject, valueAt } from "../json.ts";
import { sanitize } from "../text.ts";
import type { Paths } from "./kept.ts";
import { isFailure, isName, type ObjectKind, type Resource, toResource } from "./resource.ts";

/** An item that is no resource: `name` is its own as far as it has a usable one, or its place on the page. */
export type MalformedItem = Failure & { readonly of: ObjectKind; readonly name: string; readonly namespace?: string };
export type Item = Resource | MalformedItem;

type Page = { readonly items: readonly Item[]; readonly next?: string };

// Of base64, with the name of an object in it.
const CONTINUE = /^[\x21-\x7e]{1,4096}$/;
const MAX_NAME = 253;

export function isMalformed(item: Item): item is MalformedItem {
  return "code" in item;
}

export function isResource(item: Item): item is Resource {
  return !isMalformed(item);
}

/** Parses one page of a LIST of at most `maxItems`: its items, and the `continue` token of the next page; an {@link UpstreamError} where it is none. */
export function parseResourceList(of: ObjectKind, body: unknown, paths?: Paths, maxItems = Number.POSITIVE_INFINITY): Page {
  if (!isObject(body) || !Array.isArray(body.items))
    throw new UpstreamError("malformed", `the API server's answer for ${of.plural} holds no list of items`);
  if (body.items.length > maxItems) throw new UpstreamError("too-many", `the cluster has more than ${maxItems} ${of.plural} left to read`);
  const next = valueAt(body, ["metadata", "continue"]) ?? "";
  if (typeof next !== "string" || (next !== "" && !CONTINUE.test(next)))
    throw new UpstreamError("malformed", `the API server's answer for ${of.plural} holds a continue token that is none`);
  return { items: body.items.map((item, index) => parseItem(of, item, index, paths)), next: next === "" ? undefined : next };
}

function parseItem(of: ObjectKind, item: unknown, index: number, paths: Paths | undefined): Item {
  const resource = toResource(of, item, paths);
  if (!isFailure(resource)) return resource;
  const [name, namespace] = [valueAt(item, ["metadata", "name"]), valueAt(item, ["metadata", "namespace"])];
  return {
    of,
    name: nameText(name) ?? `item ${index + 1}`,
    ...(typeof namespace === "string" && isName(namespace) && { namespace }),
    ...resource,
  };
}

// A longer one is not cut: of a secret, what is left would be shown.
function nameText(name: unknown): string | undefined {
  return typeof name === "string" && name.length <= MAX_NAME ? sanitize(name.toWellFormed()) || undefined : undefined;
}
