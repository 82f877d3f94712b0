// A fleet of one real cluster whose roles and entry a test of doctor can change.

import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";
import { clock } from "../../functions/clock.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { valueAt } from "../../functions/core/json.ts";
import type { Check } from "../../functions/doctor/checks/check.ts";
import { checkCluster } from "../../functions/doctor/cluster.ts";
import { openLogins } from "../../functions/io/auth/logins.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { type ApiRequest, apiRequest } from "../support/api-request.ts";
import type { KubernetesAccess } from "../support/real-kubernetes.ts";
import { hurried } from "./kyma-cluster.ts";

/** A token that no output may show. */
export const CANARY = "c4n4ry-token-unkn0wn";

export type Rule = { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] };
export type Role = { kind: "Role" | "ClusterRole"; metadata: { name: string; namespace?: string }; rules: Rule[] };

const documentsOf = (file: string) =>
  parseAllDocuments(readFileSync(join(import.meta.dirname, "../../infra/cluster", file), "utf8")).map((document) => document.toJS());
const eventAccess: readonly Role[] = documentsOf("events/rbac.yml");

/** One verb on one resource. */
export type Grant = { verb: string; group: string; resource: string; name?: string; namespace?: string };

/** The roles that alertstatus ships. */
export const shipped: readonly Role[] = [...documentsOf("rbac.yml"), ...eventAccess].filter(({ kind }) => kind.endsWith("Role"));

/** Every grant of the shipped roles, and the rules of its role without it. */
export const grants = shipped.flatMap((role) =>
  role.rules.flatMap((rule) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.map((verb) => {
        const [group = ""] = rule.apiGroups;
        const grant: Grant = { verb, group, resource, name: rule.resourceNames?.[0], namespace: role.metadata.namespace };
        return { role, grant, rest: without(role.rules, rule, resource, verb) };
      }),
    ),
  ),
);

function without(rules: readonly Rule[], from: Rule, resource: string, verb: string): readonly Rule[] {
  const others = { ...from, resources: from.resources.filter((other) => other !== resource) };
  const rest = { ...from, resources: [resource], verbs: from.verbs.filter((other) => other !== verb) };
  return rules
    .flatMap((rule) => (rule === from ? [others, rest] : [rule]))
    .filter(({ resources, verbs }) => resources.length * verbs.length > 0);
}

export type Clinic = Awaited<ReturnType<typeof openClinic>>;

/** A fleet of one real cluster, whose roles and whose entry can be changed. */
export async function openClinic(access: KubernetesAccess) {
  const folder = await mkdtemp(join(tmpdir(), "doctor-"));
  const files = {
    "ca.pem": access.ca,
    token: access.token,
    "unknown-token": CANARY,
    "token-of-the-administrator": access.adminToken,
    "token-of-a-stranger": access.strangerToken,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const admin = apiRequest({ ...access, token: access.adminToken });
  const user = apiRequest({ ...access, token: access.token });
  const kubernetes = { server: access.server, ca: { file: "ca.pem" }, auth: { token: { file: "token" } } };

  return {
    admin,
    folder,
    kubernetes,
    fleet: (entry: object = {}) => ({ clusters: [{ name: "prod", kubernetes, profiles: ["hurried"], ...entry }], profiles: { hurried } }),
    /** The checks of the cluster; `entry` overrides fields of the fleet file. */
    async examine(entry: object = {}, more: object = {}): Promise<readonly Check[]> {
      const { clusters, wrong } = parseFleet({ ...this.fleet(entry), ...more });
      if (clusters[0] === undefined) throw new Error(JSON.stringify(wrong));
      const connections = openConnections();
      try {
        const doctor = { connections, logins: openLogins({ clock }), folder, clock };
        return (await checkCluster(clusters[0], doctor)).checks;
      } finally {
        await connections.close();
      }
    },
    /** Replaces the rules of a role, and waits until the API server allows `grant`, or denies it. */
    async setRules(role: Role, rules: readonly Rule[], grant: Grant, isGranted: boolean): Promise<void> {
      const { status } = await admin("PUT", pathOf(role), { ...role, rules });
      if (status !== 200) throw new Error(`the role was not replaced: ${status}`);
      while ((await isAllowed(user, grant)) !== isGranted) await sleep(20);
    },
    /** Installs the role for Events. */
    async grantEvents(): Promise<void> {
      for (const object of eventAccess) await admin("POST", pathOf(object).slice(0, -object.metadata.name.length - 1), object);
    },
    close: () => rm(folder, { recursive: true }),
  };
}

function pathOf({ kind, metadata: { name, namespace } }: Role): string {
  const scope = namespace === undefined ? "" : `/namespaces/${namespace}`;
  return `/apis/rbac.authorization.k8s.io/v1${scope}/${kind.toLowerCase()}s/${name}`;
}

async function isAllowed(request: ApiRequest, { verb, group, resource, name, namespace }: Grant): Promise<boolean> {
  const [plural, subresource] = resource.split("/");
  const spec = { resourceAttributes: { verb, group, resource: plural, subresource, name, namespace } };
  const { body } = await request("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { spec });
  return valueAt(body, ["status", "allowed"]) === true;
}

/** The names of the checks with one of these results. */
export function namesOf(checks: readonly Check[], ...kinds: readonly Check["was"][]): readonly string[] {
  return checks.filter(({ was }) => kinds.includes(was)).map(({ check }) => check);
}

export function find(checks: readonly Check[], name: string): Check | undefined {
  return checks.find(({ check }) => check === name);
}
