// Holds selection to the names and labels that are given, with every unknown name reported.

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../functions/core/errors.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { parseSelector, selectClusters } from "../../../functions/core/fleet/selection.ts";
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
    { by: "a label that no cluster carries", request: { selector: "region=moon" }, names: [] },
    { by: "a label and a name", request: { selector: "region=eu", clusters: ["eu-dev", "us-prod"] }, names: ["eu-dev"] },
    { by: "a label with the name of an object property", request: { selector: "constructor=x" }, names: [] },
  ])("by $by: $names", ({ request, names }) => {
    expect(namesOf(request)).toEqual(names);
  });

  test("nothing where a name is unknown", () => {
    expect(() => namesOf({ clusters: ["eu-prod", "moon", "mars"] })).toThrow(new ConfigError("no such cluster in the fleet: moon, mars"));
  });
});

describe("a selector", () => {
  test.each([
    { selector: "region=eu", labels: { region: "eu" } },
    { selector: "region==eu", labels: { region: "eu" } },
    { selector: " region = eu , tier = prod ", labels: { region: "eu", tier: "prod" } },
    { selector: "example.org/region=", labels: { "example.org/region": "" } },
  ])("$selector is parsed", ({ selector, labels }) => {
    expect(parseSelector(selector)).toEqual(labels);
  });

  test.each(["", "region", "region!=eu", "=eu", "region=eu,", "region=eu tier=prod", "region in (eu)", "region=a=b"])(
    "%j is refused",
    (selector) => {
      expect(() => parseSelector(selector)).toThrow(/^the selector .* is not usable: write key=value/);
    },
  );
});
