// An alert names its resource by several labels, by a label of the resource, or as the owner of something else.

import { describe, expect, test } from "vitest";
import { parseResource, type Resource } from "../../../functions/core/kubernetes/resource.ts";
import { judgedPaths } from "../../../functions/core/profile/paths.ts";
import { type Profile, profileSchema } from "../../../functions/core/profile/profile.ts";
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
