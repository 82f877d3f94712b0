// Holds each example to the schema, and to granting no more than its profile needs.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";

const INFRA = join(import.meta.dirname, "../../infra");
const read = (path: string) => readFileSync(join(INFRA, path), "utf8");
const isValid = new Ajv2020({ formats: { "date-time": true } }).compile(JSON.parse(read("fleet.schema.json")));

describe.each(["cert-manager", "karpenter"])("the example of %s", (name) => {
  const fleet = parse(read(`examples/${name}/fleet.yml`));

  test("is a valid fleet file, also by the schema that it names", () => {
    expect(parseFleet(fleet)).toMatchObject({ clusters: [{ name: "my-cluster" }], wrong: [], problems: [] });
    expect(isValid(fleet), JSON.stringify(isValid.errors)).toBe(true);
    expect(read(`examples/${name}/fleet.yml`)).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.\.\/fleet\.schema\.json\n/);
  });

  test("grants what its profile needs, and nothing else", () => {
    const [profile] = Object.values<{ flows: { of: { group: string; plural: string } }[]; alerts: object }>(fleet.profiles);
    const { flows, alerts } = profile!;
    const kinds = flows.flatMap(({ of: { group, plural } }) => [
      { apiGroups: [group], resources: [plural], verbs: ["get", "list"] },
      { apiGroups: [group], resources: [`${plural}/status`], verbs: ["patch"] },
    ]);
    const { namespace, name: service, port } = Object(alerts).service;
    const proxy = { apiGroups: [""], resources: ["services/proxy"], resourceNames: [`${service}:${port}`], verbs: ["get"] };
    const granted = parseAllDocuments(read(`examples/${name}/rbac.yml`)).map((document) => document.toJS());
    const roles = granted.filter(({ rules }) => rules !== undefined).map(({ kind, metadata, rules }) => [kind, metadata.namespace, rules]);
    expect(roles).toEqual([
      ["ClusterRole", undefined, kinds],
      ["Role", namespace, [proxy]],
    ]);
    const subjects = granted.filter((object) => object.subjects).map(({ roleRef, subjects }) => [roleRef.kind, subjects[0].name]);
    expect(subjects).toEqual([
      ["ClusterRole", "alertstatus"],
      ["Role", "alertstatus"],
    ]);
  });
});

test("the profile that infra/profiles/README.md shows is valid as it stands", () => {
  const [, snippet = ""] = /```yaml\n( +condition: [\s\S]*?)```/.exec(read("profiles/README.md")) ?? [];
  const kubernetes = { kubeconfig: { file: "config" } };
  const alerts = { service: { namespace: "monitoring", name: "prometheus-operated", port: 9090 } };
  const fleet = { clusters: [{ name: "my-cluster", kubernetes, alerts, profiles: ["mine"] }], profiles: { mine: parse(snippet) } };
  expect(parseFleet(fleet)).toMatchObject({ clusters: [{ profiles: [{ condition: "RenewalHealthy" }] }], wrong: [], problems: [] });
  expect(isValid(fleet), JSON.stringify(isValid.errors)).toBe(true);
});
