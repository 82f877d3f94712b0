// Holds selection to the names and labels that are given, with what selects nothing reported.

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../functions/core/errors.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { parseSelector, selectClusters, selectNames } from "../../../functions/core/fleet/selection.ts";
import { aCluster, aFleet } from "./fleet-documents.ts";

const fleet = parseFleet(
  aFleet(
    aCluster({ name: "eu-prod", labels: { region: "eu", tier: "prod" } }),
    aCluster({ name: "eu-dev", labels: { region: "eu", tier: "dev" } }),
    aCluster({ name: "us-prod", labels: { region: "us", tier: "prod" } }),
    aCluster({ name: "broken", labels: { region: "us", tier: "dev" }, mode: "dry-run" }),
    aCluster({ name: "bare" }),
  ),
);
const namesOf = (request: Parameters<typeof selectClusters>[1]) => {
  const { clusters, wrong } = selectClusters(fleet, request);
  return [...clusters, ...wrong].map(({ name }) => name);
};

describe("selectClusters selects", () => {
  test.each([
    { by: "no criterion", request: {}, names: ["eu-prod", "eu-dev", "us-prod", "bare", "broken"] },
    { by: "a name", request: { clusters: ["us-prod"] }, names: ["us-prod"] },
    { by: "names, in the fleet's order", request: { clusters: ["bare", "eu-dev"] }, names: ["eu-dev", "bare"] },
    { by: "a name twice", request: { clusters: ["bare", "bare"] }, names: ["bare"] },
    { by: "a wrong entry", request: { clusters: ["broken"] }, names: ["broken"] },
    { by: "an empty list of names", request: { clusters: [] }, names: [] },
    { by: "a label", request: { selector: "region=eu" }, names: ["eu-prod", "eu-dev"] },
    { by: "a label that a wrong entry carries", request: { selector: "region=us" }, names: ["us-prod", "broken"] },
    { by: "two labels", request: { selector: "region=eu,tier=prod" }, names: ["eu-prod"] },
    { by: "a glob", request: { clusters: ["eu-*"] }, names: ["eu-prod", "eu-dev"] },
    { by: "a glob of one character", request: { clusters: ["?u-dev"] }, names: ["eu-dev"] },
    { by: "a glob and a name", request: { clusters: ["us-*", "bare"] }, names: ["us-prod", "bare"] },
    { by: "every label but one, which a cluster may lack", request: { selector: "tier!=prod" }, names: ["eu-dev", "bare", "broken"] },
    { by: "a list of values", request: { selector: "tier in (dev, test),region=eu" }, names: ["eu-dev"] },
    { by: "all but a list of values", request: { selector: "tier notin (prod,test)" }, names: ["eu-dev", "bare", "broken"] },
    { by: "a label of any value", request: { selector: "region,tier=prod" }, names: ["eu-prod", "us-prod"] },
    { by: "the lack of a label", request: { selector: "!region" }, names: ["bare"] },
    { by: "a label and a name", request: { selector: "region=eu", clusters: ["eu-dev", "us-prod"] }, names: ["eu-dev"] },
  ])("by $by: $names", ({ request, names }) => {
    expect(namesOf(request)).toEqual(names);
  });

  test.each([
    { where: "a name is unknown", request: { clusters: ["eu-prod", "moon"] }, says: "no such cluster in the fleet: moon" },
    {
      where: "a name is mistyped",
      request: { clusters: ["eu-prdo", "moon"] },
      says: "no such cluster in the fleet: eu-prdo, moon; eu-prod, eu-dev?",
    },
    { where: "a glob matches no name", request: { clusters: ["eu.*"] }, says: "no such cluster in the fleet: eu.*" },
    {
      where: "no cluster has the label",
      request: { selector: "regoin=eu" },
      says: "the selector regoin=eu matches no cluster: no cluster has the label regoin; region?",
    },
    {
      where: "no cluster has the value",
      request: { selector: "region=moon" },
      says: "the selector region=moon matches no cluster: no cluster has region=moon; there are eu, us",
    },
    {
      where: "no cluster has any of the values",
      request: { selector: "region in (moon,mars)" },
      says: "the selector region in (moon,mars) matches no cluster: no cluster has region=moon or region=mars; there are eu, us",
    },
    {
      where: "every cluster has one of the values",
      request: { clusters: ["?u-*", "us-*"], selector: "region notin (eu,us)" },
      says: "the selector region notin (eu,us) matches no cluster: every cluster has region=eu or region=us",
    },
    {
      where: "the value is mistyped",
      request: { selector: "tier=prdo" },
      says: "the selector tier=prdo matches no cluster: no cluster has tier=prdo; prod?",
    },
    {
      where: "all of it holds nowhere",
      request: { selector: "region,!region" },
      says: "the selector region,!region matches no cluster: no cluster meets all of it at once",
    },
    {
      where: "no selected name has the label",
      request: { clusters: ["bare"], selector: "region=eu" },
      says: "the selector region=eu matches no cluster: no cluster has the label region",
    },
    {
      where: "every cluster is excluded",
      request: { clusters: ["eu-*"], selector: "region!=eu" },
      says: "the selector region!=eu matches no cluster: every cluster has region=eu",
    },
    {
      where: "every cluster that is selected has a label that none may have",
      request: { clusters: ["eu-*"], selector: "!region" },
      says: "the selector !region matches no cluster: every cluster has the label region",
    },
    {
      where: "a label has the name of an object's property",
      request: { selector: "constructor" },
      says: "the selector constructor matches no cluster: no cluster has the label constructor",
    },
  ])("nothing where $where: $says", ({ request, says }) => {
    expect(() => namesOf(request)).toThrow(new ConfigError(says));
  });
});

test("a fleet without clusters says so", () => {
  expect(() => selectClusters(parseFleet(aFleet()), { selector: "region=eu" })).toThrow(
    new ConfigError("the selector region=eu matches no cluster: the fleet has none"),
  );
});

test("the names of a request are those of the fleet, right or wrong, and those that it has not", () => {
  const { clusters, wrong, unknown } = selectNames(fleet, new Set(["us-prod", "moon", "broken"]));
  expect([clusters.map(({ name }) => name), wrong.map(({ name }) => name), unknown]).toEqual([["us-prod"], ["broken"], ["moon"]]);
  expect(selectNames(fleet, new Set(["bare"]))).toMatchObject({ clusters: [{ name: "bare" }], wrong: [], unknown: [] });
});

describe("a selector", () => {
  test.each([
    { selector: "region=eu", is: [{ key: "region", operator: "in", values: ["eu"] }] },
    { selector: "region==eu", is: [{ key: "region", operator: "in", values: ["eu"] }] },
    {
      selector: " region = eu , tier != prod ",
      is: [
        { key: "region", operator: "in", values: ["eu"] },
        { key: "tier", operator: "notin", values: ["prod"] },
      ],
    },
    { selector: "example.org/region=", is: [{ key: "example.org/region", operator: "in", values: [""] }] },
    { selector: "zone  in ( a,b )", is: [{ key: "zone", operator: "in", values: ["a", "b"] }] },
    { selector: "zone notin (a)", is: [{ key: "zone", operator: "notin", values: ["a"] }] },
    { selector: "in in (in)", is: [{ key: "in", operator: "in", values: ["in"] }] },
    { selector: "! zone", is: [{ key: "zone", operator: "absent", values: [] }] },
  ])("$selector is parsed", ({ selector, is }) => {
    expect(parseSelector(selector)).toEqual(is);
  });

  test.each([
    "",
    "=eu",
    "region=eu,",
    "region=eu tier=prod",
    "region in ()",
    "region in (a",
    "region in a)",
    "region=a=b",
    "region in (a)(b)",
    "!",
  ])("%j is refused", (selector) => {
    expect(() => parseSelector(selector)).toThrow(/^the selector .* is not usable: write key=value/);
  });
});
