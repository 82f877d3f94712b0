// Stores the objects of the simulated API server, with resource versions, generations and list snapshots.

import { isDeepStrictEqual } from "node:util";
import { isObject, type JsonObject } from "../../../functions/core/json.ts";
import type { ObjectKind } from "../../../functions/core/kubernetes/resource.ts";

/** What the simulator keeps in place of etcd. Stored objects are never changed, only replaced. */
export type Store = {
  find(of: ObjectKind, name: string, namespace?: string): JsonObject | undefined;
  /** Creates or replaces. The resource version stays where nothing is new; the generation counts the specs. Both are the store's own. */
  put(of: ObjectKind, object: JsonObject): JsonObject;
  remove(of: ObjectKind, name: string, namespace?: string): void;
  /** The objects in the order of their names, namespaces first; undefined for a token that has expired. */
  page(of: ObjectKind, limit: number, token?: ContinueToken): Page | undefined;
  /** From now on no list can be continued. */
  forgetHistory(): void;
};

/** Names the state of the list that the first page showed, and the first key of the next page. */
export type ContinueToken = { readonly rv: number; readonly start: string };

type Page = { readonly items: readonly JsonObject[]; readonly rv: number; readonly next?: ContinueToken };

type Keyed = readonly [key: string, object: JsonObject];

export function openStore(): Store {
  const kinds = new Map<string, Map<string, JsonObject>>();
  const history = new Map<string, readonly Keyed[]>();
  let latest = 1;

  function objectsOf({ group, plural }: ObjectKind): Map<string, JsonObject> {
    const objects = kinds.get(`${plural}.${group}`) ?? new Map<string, JsonObject>();
    kinds.set(`${plural}.${group}`, objects);
    return objects;
  }

  return {
    find: (of, name, namespace) => objectsOf(of).get(keyOf(name, namespace)),
    put(of, object) {
      const metadata = metadataOf(object);
      const key = keyOf(metadata.name, metadata.namespace);
      const before = objectsOf(of).get(key);
      const { resourceVersion, generation = 0 } = metadataOf(before);
      const isNewSpec = !isDeepStrictEqual(before?.spec, object.spec) || before === undefined;
      const after = { ...object, metadata: { ...metadata, resourceVersion, generation: Number(generation) + (isNewSpec ? 1 : 0) } };
      if (before !== undefined && isDeepStrictEqual(after, before)) return before;
      latest++;
      const stored = { ...after, metadata: { ...after.metadata, resourceVersion: String(latest) } };
      objectsOf(of).set(key, stored);
      return stored;
    },
    remove(of, name, namespace) {
      if (objectsOf(of).delete(keyOf(name, namespace))) latest++;
    },
    page(of, limit, token) {
      const rv = token?.rv ?? latest;
      const id = `${of.plural}.${of.group}@${rv}`;
      const all = token === undefined ? sorted(objectsOf(of)) : history.get(id);
      if (all === undefined) return undefined;
      const rest = token === undefined ? all : all.filter(([key]) => key >= token.start);
      const items = rest.slice(0, limit).map(([, object]) => object);
      if (items.length === rest.length) return { items, rv };
      history.set(id, all);
      return { items, rv, next: { rv, start: `${rest[items.length - 1]?.[0]}\0` } };
    },
    forgetHistory: () => history.clear(),
  };
}

function sorted(objects: ReadonlyMap<string, JsonObject>): Keyed[] {
  return [...objects].sort(([one], [other]) => (one < other ? -1 : 1));
}

function metadataOf(object: JsonObject | undefined): JsonObject {
  return isObject(object?.metadata) ? object.metadata : {};
}

function keyOf(name: unknown, namespace: unknown): string {
  return namespace === undefined ? `/${name}` : `/${namespace}/${name}`;
}
