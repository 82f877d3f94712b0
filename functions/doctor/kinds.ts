// Checks that the kinds of the profiles are served, what there is of each, what becomes of conditions there, and who else acts or writes.

import { remedies, UpstreamError } from "../core/errors.ts";
import type { ClusterEntry } from "../core/fleet/fleet.ts";
import { type Item, isMalformed, isResource } from "../core/kubernetes/item.ts";
import { type Permission, permissionText } from "../core/kubernetes/permission.ts";
import type { ObjectKind, Resource } from "../core/kubernetes/resource.ts";
import { conditionType, isWriting } from "../core/profile/mode.ts";
import { judgedPaths } from "../core/profile/paths.ts";
import { kindsOf, type Profile } from "../core/profile/profile.ts";
import type { Client } from "../io/http/client.ts";
import { discover, type Served } from "../io/kubernetes/discovery.ts";
import { listResources } from "../io/kubernetes/resources.ts";
import { isUnanswered } from "./access.ts";
import { readActing } from "./actors.ts";
import { actingCheck } from "./checks/actors.ts";
import { type Check, failed, failedBy, ok, skipped, warning } from "./checks/check.ts";
import { writerCheck } from "./checks/writers.ts";
import { checkConditions, type Refusers, type Schemas } from "./conditions.ts";
import { checkWriting } from "./writing.ts";

/** `resources` is undefined where some kind cannot be listed. */
export type Kinds = { readonly checks: readonly Check[]; readonly resources: readonly Resource[] | undefined };

/** What is asked of an API server, and what is known before. */
export type Asked = {
  readonly api: Client;
  readonly schemas: Schemas;
  readonly isDenied: (right: Permission) => boolean;
  readonly refusers: Refusers;
};

type Listed = { readonly checks: readonly Check[]; readonly resources?: readonly Resource[] };

/** Whether the kinds of the profiles are served as they name them, what there is of each, and who else writes there. */
export async function checkKinds(entry: ClusterEntry, asked: Asked): Promise<Kinds> {
  const { profiles } = entry;
  const typeOf = (profile: Profile) => profiles.flatMap((one) => (one === profile ? [conditionType(one, one.mode)] : []));
  const writing = profiles.filter(isWriting);
  const [listed, acting] = await Promise.all([
    Promise.all(kindsOf(profiles).map((of) => examineKind(entry, of, asked))),
    writing.length === 0 ? [] : readActing(asked.api, writing, typeOf),
  ]);
  const checks = [...listed.flatMap((one) => one.checks), ...acting.map(actingCheck)];
  const lists = listed.flatMap(({ resources }) => (resources === undefined ? [] : [resources]));
  const resources = lists.flat();
  const writers = lists.length === 0 ? skipped("other writer", "not known: nothing can be listed") : writerCheck(entry, resources);
  return { checks: [...checks, writers], resources: lists.length === listed.length ? resources : undefined };
}

async function examineKind(entry: ClusterEntry, of: ObjectKind, { api, schemas, isDenied, refusers }: Asked): Promise<Listed> {
  const check = `kind ${of.kind}`;
  const { profiles } = entry;
  const isWritten = kindsOf(profiles.filter(isWriting)).some(({ group, plural }) => group === of.group && plural === of.plural);
  try {
    const unserved = servedCheck(check, of, await discovered(api, of), isWritten);
    if (unserved !== undefined) return { checks: [unserved], ...(unserved.was === "warning" && { resources: [] }) };
    const list = { verb: "list", group: of.group, resource: of.plural };
    if (isDenied(list)) return { checks: [skipped(check, `served, but not listed: may ${permissionText(list)} failed`)] };
    const items = await listResources(api, of, { paths: () => judgedPaths(profiles, of) });
    const resources = items.filter(isResource);
    const conditions = await checkConditions(entry, of, resources, schemas, refusers);
    const patch = { verb: "patch", group: of.group, resource: of.plural, subresource: "status" };
    const isTried = isWritten && items.length > 0 && !isDenied(patch);
    const writing = isTried ? [await checkWriting(entry, of, resources, api)] : [];
    return { checks: [listCheck(check, of, items), ...conditions, ...writing], resources };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { checks: [failedBy(check, error)] };
  }
}

function listCheck(check: string, { version }: ObjectKind, items: readonly Item[]): Check {
  const malformed = items.filter(isMalformed);
  const [first] = malformed;
  if (first === undefined) return ok(check, `${items.length} of version ${version}`);
  const said = `${malformed.length} of ${items.length} cannot be judged, such as ${first.name}: ${first.message}`;
  return warning(check, said, remedies[first.code]);
}

// A login that may not look around may list what the profiles name.
async function discovered(api: Client, of: ObjectKind): Promise<Served | undefined> {
  try {
    return await discover(api, of);
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    return undefined;
  }
}

// Undefined where the kind is there to be listed and, if need be, written.
function servedCheck(check: string, of: ObjectKind, served: Served | undefined, isWritten: boolean): Check | undefined {
  if (served === undefined) return undefined;
  return "versions" in served ? versionCheck(check, of, served.versions) : pluralCheck(check, of, served.resources, isWritten);
}

function versionCheck(check: string, { group, version }: ObjectKind, versions: readonly string[]): Check | undefined {
  if (versions.includes(version)) return undefined;
  if (versions.length > 0)
    return failed(check, `${group} is served in ${versions.join(", ")}, not in ${version}`, remedies["kind-not-served"]);
  const remedy = "install the CRDs, or take the profile from this cluster";
  return warning(check, `the API group ${group} is not there: passes have nothing to judge`, remedy);
}

function pluralCheck(check: string, of: ObjectKind, resources: readonly string[], isWritten: boolean): Check | undefined {
  const { group, version, plural } = of;
  if (!resources.includes(plural)) return failed(check, `${group}/${version} has no ${plural}`, remedies["kind-not-served"]);
  if (!isWritten || resources.includes(`${plural}/status`)) return undefined;
  const remedy = "enable `subresources: {status: {}}` in the CRD, or use mode observe";
  return failed(check, `${plural} have no status of their own to write to`, remedy);
}
