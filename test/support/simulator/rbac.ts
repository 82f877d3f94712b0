// Authorizes the users of the simulated API server by the shipped roles.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { ApiCall, ResourcePath } from "./request.ts";

/** The users; the administrator may do anything. */
export type User = { readonly name: string; readonly groups: readonly string[] };

type Rule = { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] };
type Role = { kind: string; metadata: { namespace?: string }; rules?: Rule[]; subjects?: { name: string }[] };

const RBAC = join(import.meta.dirname, "../../../infra/cluster/rbac.yml");
const MASTERS = "system:masters";
const GROUP = "alertstatus";

export const users = {
  alertstatus: { name: "alertstatus", groups: [GROUP] },
  administrator: { name: "administrator", groups: [MASTERS] },
  stranger: { name: "stranger", groups: [] },
  anonymous: { name: "system:anonymous", groups: [] },
} as const satisfies Record<string, User>;

/** Authorizes by the shipped roles. */
export function authorizer(): (user: User, call: ApiCall) => boolean {
  const roles = parseAllDocuments(readFileSync(RBAC, "utf8")).map((document): Role => document.toJS());
  return ({ name, groups }, { verb, resource }) => {
    if (groups.includes(MASTERS)) return true;
    // Every user who has logged in may look around: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles
    if (resource === undefined) return verb === "get" && name !== users.anonymous.name;
    return (
      groups.includes(GROUP) &&
      roles.some(({ metadata, rules = [] }) => isInScope(metadata, resource) && rules.some((rule) => allows(rule, verb, resource)))
    );
  };
}

function isInScope({ namespace }: Role["metadata"], resource: ResourcePath): boolean {
  return namespace === undefined || namespace === resource.namespace;
}

function allows({ apiGroups, resources, resourceNames, verbs }: Rule, verb: string, resource: ResourcePath): boolean {
  const isNamed = resourceNames === undefined || (resource.name !== undefined && resourceNames.includes(resource.name));
  return apiGroups.includes(resource.group) && resources.includes(resourceOf(resource)) && verbs.includes(verb) && isNamed;
}

/** A resource with its subresource, as roles and refusals write it. */
export function resourceOf({ plural, subresource }: ResourcePath): string {
  return subresource === undefined ? plural : `${plural}/${subresource}`;
}
