// An alert names its resource by several labels, by a label of the resource, or as the owner of something else.

import { describe, expect, test } from "vitest";
import { parseResource, type Resource } from "../../../functions/core/kubernetes/resource.ts";
import { judgedPaths } from "../../../functions/core/profile/paths.ts";
import { type Profile, profileSchema } from "../../../functions/core/profile/profile.ts";
import { namesOf } from "../../../functions/core/verdict/identity.ts";
import { findUnmatched } from "../../../functions/core/verdict/unmatched.ts";
import { judge } from "../../../functions/core/verdict/verdict.ts";
import { anAlert, aReading, knowing } from "../../support/builders.ts";

const of = { group: "db.example", version: "v1", plural: "databases", kind: "Database" };
const [unproven, healthy] = [[{ reason: "NotProven", message: "Not known." }], { reason: "Well", message: "All is well." }];

/** A profile with one row, which identifies its resources as the profile says, or as the row says. */
function profileOf(identify: object, ofRow?: object): Profile {
  const row = { alert: "Down", reason: "Down", message: "It is down.", ...(ofRow && { identify: ofRow }) };
  return profileSchema.parse({ condition: "Healthy", identify, flows: [{ of, rows: [row], unproven, healthy }] });
}

function database(name: string, namespace: string | undefined, labels: object, profile: Profile): Resource {
  const object = { metadata: { name, namespace, labels, resourceVersion: "1", generation: 1 }, spec: { size: 1 } };
  return parseResource(of, object, judgedPaths([profile], of));
}

const CLUSTER = "db.example/cluster";

describe.each([
  { by: "the only label", identify: { name: "db", unlabelled: "none" }, labels: { db: "one" }, is: ["red/one", "blue/one"] },
  {
    by: "the first of two labels",
    identify: { name: ["db", "name"], unlabelled: "none" },
    labels: { db: "one", name: "two" },
    is: ["red/one", "blue/one"],
  },
  {
    by: "the second of two labels, where it alone is there",
    identify: { name: ["db", "name"], unlabelled: "none" },
    labels: { name: "two" },
    is: ["red/two"],
  },
  { by: "none of two labels", identify: { name: ["db", "name"], unlabelled: "none" }, labels: { other: "two" }, is: [] },
  {
    by: "two labels for its namespace, of which one is that of the target",
    identify: { name: "db", namespace: ["exported_namespace", "namespace"], unlabelled: "none" },
    labels: { db: "one", exported_namespace: "red", namespace: "monitoring" },
    is: ["red/one"],
  },
  {
    by: "two labels for its namespace, of which one is left",
    identify: { name: "db", namespace: ["exported_namespace", "namespace"], unlabelled: "none" },
    labels: { db: "one", namespace: "blue" },
    is: ["blue/one"],
  },
  {
    by: "two labels for its kind",
    identify: { name: "db", kind: ["type", "kind"], unlabelled: "none" },
    labels: { db: "one", kind: "Queue" },
    is: [],
  },
  {
    by: "a label of the resource",
    identify: { name: "cluster", resourceLabel: CLUSTER, unlabelled: "none" },
    labels: { cluster: "c1" },
    is: ["red/one", "red/two"],
  },
  {
    by: "a label of the resource, which is no name",
    identify: { name: "cluster", resourceLabel: CLUSTER, unlabelled: "every" },
    labels: { cluster: "one" },
    is: [],
  },
])("an alert that names its resource by $by", ({ identify, labels, is }) => {
  const alert = anAlert("Down", { pipeline_name: undefined, ...labels });
  const meantBy = (profile: Profile) => {
    const resources = [
      database("one", "red", { [CLUSTER]: "c1" }, profile),
      database("two", "red", { [CLUSTER]: "c1" }, profile),
      database("one", "blue", {}, profile),
    ];
    const known = knowing(aReading({ firing: [alert] }));
    const meant = resources.filter((resource) => Object(judge(profile, resource, known)).status === "False");
    const unmatched = findUnmatched([profile], { resources, known }, new Set());
    expect(unmatched).toHaveLength(meant.length === 0 ? 1 : 0);
    return meant.map(({ namespace, name }) => `${namespace}/${name}`);
  };

  test("is about that one", () => {
    expect(meantBy(profileOf(identify))).toEqual(is);
  });

  test("is about that one, where its row alone says so", () => {
    expect(meantBy(profileOf({ name: "elsewhere", unlabelled: "none" }, identify))).toEqual(is);
  });
});

describe("the names of a resource are", () => {
  const ofLabel = { resourceLabel: CLUSTER };
  const ofAlias = (path: string, pattern = "^to-(.+)$") => ({ alias: { path, pattern } });
  const spec = { to: "to-splunk", size: 1 };
  test.each<{ what: string; identify: object; labels?: object; names: readonly string[] }>([
    { what: "its own", identify: {}, names: ["one"] },
    { what: "what its label says", identify: ofLabel, labels: { [CLUSTER]: "c1" }, names: ["c1"] },
    { what: "none, where it has no such label", identify: ofLabel, names: [] },
    { what: "its own and its alias", identify: ofAlias("spec.to"), names: ["one", "splunk"] },
    { what: "its alias alone, where it has no such label", identify: { ...ofLabel, ...ofAlias("spec.to") }, names: ["splunk"] },
    { what: "its own, where no alias is given", identify: ofAlias("spec.to", "^from-(.+)$"), names: ["one"] },
    { what: "its own, where nothing stands in the place of the alias", identify: ofAlias("spec.from", "(.+)"), names: ["one"] },
    { what: "its own, where no text stands there", identify: ofAlias("spec.size", "(.+)"), names: ["one"] },
  ])("$what", ({ identify, labels = {}, names }) => {
    const resource = parseResource(of, { metadata: { name: "one", labels, resourceVersion: "1" }, spec });
    expect(namesOf({ name: "db", unlabelled: "none", ...identify }, resource)).toEqual(names);
  });
});

test("a profile keeps the labels of a resource that its alerts carry, and no others", () => {
  const profile = profileOf({ name: "cluster", resourceLabel: CLUSTER, unlabelled: "none" });
  expect(database("one", "red", { [CLUSTER]: "c1", other: "x" }, profile).object).toMatchObject({
    metadata: { labels: { [CLUSTER]: "c1" } },
  });
  expect(JSON.stringify(database("one", "red", { [CLUSTER]: "c1", other: "x" }, profile).object)).not.toContain("other");
});

test("a profile of facts alone waits for five minutes, looks five minutes back, and has no gate", () => {
  expect(profileOf({ name: "db", unlabelled: "none" })).toMatchObject({ rules: { for: "5m", window: "5m" }, gates: [] });
  const { rules } = profileSchema.parse({ ...profileOf({ name: "db", unlabelled: "none" }), rules: { for: "1m" } });
  expect(rules).toEqual({ for: "1m", window: "5m" });
});
