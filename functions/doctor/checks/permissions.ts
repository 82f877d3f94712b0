// Lists the permissions that passes need, and those that show a role to be too wide, and judges both.

import { proxiedName, type ServiceSource } from "../../core/access/alerts.ts";
import type { ClusterEntry } from "../../core/fleet/fleet.ts";
import { type Permission, permissionText } from "../../core/kubernetes/permission.ts";
import { isWriting } from "../../core/profile/mode.ts";
import { kindsOf } from "../../core/profile/profile.ts";
import { type Check, failed, ok, warning } from "./check.ts";

type Entry = Pick<ClusterEntry, "profiles" | "alerts" | "events" | "heartbeatMs">;

/** Exactly the permissions that passes over a cluster use. */
export function neededPermissions({ profiles, alerts, events, heartbeatMs }: Entry): readonly Permission[] {
  const writing = profiles.filter(isWriting);
  const written = resourcesOf(writing);
  const isWritten = (resource: Listed) => written.some((one) => isSame(one, resource));
  return [
    ...resourcesOf(profiles).flatMap((one) => (isWritten(one) ? ["list", "get"] : ["list"]).map((verb) => ({ verb, ...one }))),
    ...written.map((one) => ({ verb: "patch", ...one, subresource: "status" })),
    ...(events ? eventPermissions(profiles) : []),
    ...(writing.length > 0 && heartbeatMs !== undefined ? LEASE_PERMISSIONS : []),
    ...alerts.flatMap((source) =>
      [source, source.alertmanager].flatMap((part) => (part && "service" in part ? [proxyPermission(part.service)] : [])),
    ),
  ];
}

type Listed = { readonly group: string; readonly resource: string };

function resourcesOf(profiles: Entry["profiles"]): readonly Listed[] {
  return kindsOf(profiles).map(({ group, plural }) => ({ group, resource: plural }));
}

function isSame(one: Listed, other: Listed): boolean {
  return one.group === other.group && one.resource === other.resource;
}

// infra/cluster/heartbeat creates the Lease, so that no pass has to.
const LEASE = { group: "coordination.k8s.io", resource: "leases", namespace: "default", name: "alertstatus" };
const LEASE_PERMISSIONS = [
  { verb: "get", ...LEASE },
  { verb: "patch", ...LEASE },
];

// The Event of a resource belongs to its namespace, and to `default` where the resource is cluster-scoped.
function eventPermissions(profiles: Entry["profiles"]): readonly Permission[] {
  const create = { verb: "create", group: "events.k8s.io", resource: "events" };
  const isNamespaced = profiles.some(({ identify }) => identify.namespace !== undefined);
  return [isNamespaced ? create : { ...create, namespace: "default" }];
}

/** The permission to read a source through the service proxy. */
export function proxyPermission(service: ServiceSource["service"]): Permission {
  const { namespace } = service;
  return { verb: "get", group: "", resource: "services", subresource: "proxy", namespace, name: proxiedName(service) };
}

/** Dangerous permissions that passes never use: each shows a role to be too wide. */
export function excessPermissions({ profiles }: Pick<Entry, "profiles">): readonly Permission[] {
  const kinds = resourcesOf(profiles);
  const written = resourcesOf(profiles.filter(isWriting));
  const observed = kinds.filter((kind) => !written.some((one) => isSame(one, kind)));
  return [
    { verb: "*", group: "*", resource: "*" },
    ...kinds.flatMap((kind) => ["create", "patch", "delete"].map((verb) => ({ verb, ...kind }))),
    ...observed.map((kind) => ({ verb: "patch", ...kind, subresource: "status" })),
    ...["list", "get"].map((verb) => ({ verb, group: "", resource: "secrets" })),
    { verb: "get", group: "", resource: "services", subresource: "proxy" },
    { verb: "create", group: "", resource: "services", subresource: "proxy" },
    { verb: "get", group: "", resource: "nodes", subresource: "proxy" },
    { verb: "create", group: "", resource: "pods" },
    { verb: "create", group: "", resource: "pods", subresource: "exec" },
    { verb: "create", group: "", resource: "serviceaccounts", subresource: "token" },
    { verb: "impersonate", group: "", resource: "users" },
    { verb: "escalate", group: "rbac.authorization.k8s.io", resource: "clusterroles" },
  ];
}

export function permissionCheck(permission: Permission, isAllowed: boolean): Check {
  const check = `may ${permissionText(permission)}`;
  return isAllowed ? ok(check, "yes") : failed(check, "the API server does not allow it", grantText(permission));
}

export function excessCheck(granted: readonly Permission[]): Check {
  const check = "may no more than needed";
  const isAdmin = granted.some(({ verb, resource }) => verb === "*" && resource === "*");
  if (granted.length === 0) return ok(check, "none of the permissions that would show a role too wide");
  const what = isAdmin ? "everything" : granted.map(permissionText).join(", ");
  return warning(check, `it may also: ${what}`, "bind this login to the roles of infra/cluster/ and to no others");
}

function grantText({ verb, group, resource, subresource, namespace, name }: Permission): string {
  const role = namespace === undefined ? "a ClusterRole" : `a Role in ${namespace}`;
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const rule = { apiGroups: [group], resources: [what], ...(name !== undefined && { resourceNames: [name] }), verbs: [verb] };
  return `grant it by a rule of ${role}, as infra/cluster/rbac.yml does: ${JSON.stringify(rule)}`;
}
