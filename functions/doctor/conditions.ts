// Checks what becomes of the conditions of a kind: how the API server merges their list, and whether the kind's owner leaves it alone.

import { UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import type { ObjectKind, Resource } from "../core/kubernetes/resource.ts";
import type { CatalogueEntry } from "../core/profile/catalogue.ts";
import { conditionType, isWriting } from "../core/profile/mode.ts";
import { kindsOf } from "../core/profile/profile.ts";
import type { Client } from "../io/http/client.ts";
import { readSchemas } from "../io/kubernetes/discovery.ts";
import { type Check, skipped } from "./checks/check.ts";
import { conditionListCheck, conditionListOf, ownerCheck } from "./checks/condition-list.ts";

/** Why a kind carries no conditions of others, as far as that is known. */
export type Refusers = (of: ObjectKind) => string | undefined;

/** The kinds of the catalogue that cannot carry conditions of others, or lose them to their owner. */
export function refusersIn(catalogue: readonly CatalogueEntry[]): Refusers {
  const keyOf = ({ group, kind }: Pick<ObjectKind, "group" | "kind">) => `${kind}.${group}`;
  const reasons = catalogue.flatMap(({ observe, profiles }) =>
    observe === undefined ? [] : kindsOf(Object.values(profiles)).map((of) => [keyOf(of), observe] as const),
  );
  const known = new Map(reasons);
  return (of) => known.get(keyOf(of));
}

/** The schemas of a group and version, asked for once, however many kinds of it there are. */
export type Schemas = (of: ObjectKind) => Promise<unknown>;

export function openSchemas(api: Client): Schemas {
  const asked = new Map<string, Promise<unknown>>();
  return (of) => {
    const key = `${of.group}/${of.version}`;
    const answer = asked.get(key) ?? readSchemas(api, of);
    asked.set(key, answer);
    return answer;
  };
}

/** Checks the conditions of one kind; `resources` are its objects. */
export async function checkConditions(
  { profiles }: ClusterEntry,
  of: ObjectKind,
  resources: readonly Resource[],
  schemas: Schemas,
  refusers: Refusers,
): Promise<readonly Check[]> {
  const why = refusers(of);
  const about = profiles.filter(({ flows }) => flows.some((flow) => flow.of.group === of.group && flow.of.kind === of.kind));
  const types = about.filter(isWriting).map((profile) => conditionType(profile, profile.mode));
  const owner = why === undefined ? [] : [ownerCheck(of, why, types.length > 0)];
  if (types.length === 0) return owner;
  try {
    return [conditionListCheck(of, conditionListOf(await schemas(of), of), resources, types), ...owner];
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return [skipped(`condition list of ${of.kind}`, `unknown: the API server does not show its schema (${error.code})`), ...owner];
  }
}
