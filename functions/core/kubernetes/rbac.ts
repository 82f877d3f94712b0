// Turns permissions into the objects that grant them, so that a role is exactly as wide as what is asked for.

import { compareText } from "../text.ts";
import type { Permission } from "./permission.ts";

type Rule = {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
};

/** An object of https://kubernetes.io/docs/reference/access-authn-authz/rbac/. */
type RbacObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly apiGroup: string; readonly kind: string; readonly name: string };
  readonly subjects?: readonly { readonly apiGroup: string; readonly kind: string; readonly name: string }[];
};

const API_GROUP = "rbac.authorization.k8s.io";
// Of the roles, their bindings and the group that is bound: as infra/cluster/rbac.yml names them, so that one replaces the other.
const NAME = "alertstatus";

/** A role and its binding for the whole cluster, and one of each for every namespace: `namespace` of a permission decides. */
export function rbacOf(permissions: readonly Permission[]): readonly RbacObject[] {
  const places = Map.groupBy(permissions, ({ namespace }) => namespace);
  const inOrder = [...places].toSorted(([one = ""], [other = ""]) => compareText(one, other));
  return inOrder.flatMap(([namespace, granted]) => {
    const prefix = namespace === undefined ? "Cluster" : "";
    const metadata = { name: NAME, ...(namespace !== undefined && { namespace }) };
    const object = (kind: string) => ({ apiVersion: `${API_GROUP}/v1`, kind: `${prefix}${kind}`, metadata });
    const roleRef = { apiGroup: API_GROUP, kind: `${prefix}Role`, name: NAME };
    const subjects = [{ apiGroup: API_GROUP, kind: "Group", name: NAME }];
    return [
      { ...object("Role"), rules: rulesOf(granted) },
      { ...object("RoleBinding"), roleRef, subjects },
    ];
  });
}

// One rule for what differs in nothing but the resource.
function rulesOf(permissions: readonly Permission[]): readonly Rule[] {
  const resources = Map.groupBy(permissions, ({ group, resource, subresource, name }) =>
    JSON.stringify({ group, resource, subresource, name }),
  );
  const rules = [...resources.values()].map(toRule);
  const alike = Map.groupBy(rules, ({ apiGroups, resourceNames, verbs }) => JSON.stringify([apiGroups, resourceNames, verbs]));
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, resources: [first, ...others].flatMap((rule) => rule.resources) }],
  );
}

function toRule(permissions: readonly Permission[]): Rule {
  const [{ group = "", resource = "", subresource, name } = {}] = permissions;
  return {
    apiGroups: [group],
    resources: [subresource === undefined ? resource : `${resource}/${subresource}`],
    ...(name !== undefined && { resourceNames: [name] }),
    verbs: [...new Set(permissions.map(({ verb }) => verb))].toSorted(),
  };
}
