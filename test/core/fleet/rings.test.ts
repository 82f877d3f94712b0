// Holds the rings of a fleet to the clusters that they choose, and to what is said of wrong ones.

import { describe, expect, test } from "vitest";
import { diffFields, diffFleets } from "../../../functions/core/fleet/diff.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { aCluster, aFleet, aProfile, parseInWords, SERVICE } from "./fleet-documents.ts";

const RINGS = [
  { when: "tier=dev", profiles: ["queues", { name: "v2", mode: "own" }] },
  { when: "tier in (dev,stage), region!=us", profiles: ["queues", { name: "v2", mode: "shadow" }] },
];
const profiles = { queues: aProfile(), v2: aProfile({ condition: "Better" }) };
const fleetOf = (clusters: readonly object[], defaults: object = {}) => ({
  ...aFleet(...clusters),
  defaults: { alerts: SERVICE, profiles: ["queues"], rings: RINGS, ...defaults },
  profiles,
});
const cluster = (name: string, labels: object, more: object = {}) => aCluster({ name, labels, ...more });
const shown = (document: unknown) =>
  parseInWords(document).clusters.map(({ name, ring, profiles: all }) => [
    name,
    ring,
    all.map(({ name, mode }) => `${name} ${mode}`).join(),
  ]);

describe("a ring", () => {
  test("gives its profiles to the clusters with its labels; the first that fits counts", () => {
    const clusters = [
      cluster("dev-1", { tier: "dev" }),
      cluster("stage-1", { tier: "stage", region: "eu" }),
      cluster("stage-2", { tier: "stage", region: "us" }),
      cluster("prod-1", { tier: "prod" }),
      cluster("pinned", { tier: "dev" }, { profiles: ["queues"] }),
      aCluster({ name: "unlabelled" }),
    ];
    expect(shown(fleetOf(clusters))).toEqual([
      ["dev-1", "tier=dev", "queues own,v2 own"],
      ["stage-1", "tier in (dev,stage), region!=us", "queues own,v2 shadow"],
      ["stage-2", undefined, "queues own"],
      ["prod-1", undefined, "queues own"],
      ["pinned", undefined, "queues own"],
      ["unlabelled", undefined, "queues own"],
    ]);
  });

  test("looks at the labels of the defaults too, and leaves the mode to the cluster", () => {
    const document = fleetOf([aCluster({ name: "a", mode: "observe" })], { labels: { tier: "dev" } });
    expect(shown(document)).toEqual([["a", "tier=dev", "queues observe,v2 own"]]);
  });

  test.each([
    {
      what: "a selector of no such form",
      rings: [{ when: "tier = = dev", profiles: ["queues"] }],
      problem: /^defaults\.rings\[0\]\.when: labels of clusters are expected as for --selector/,
    },
    { what: "an unknown field", rings: [{ ...RINGS[0], mode: "own" }], problem: /^defaults\.rings\[0\]: there is no field mode/ },
    { what: "no profiles", rings: [{ when: "tier=dev" }], problem: /^defaults\.rings\[0\]\.profiles: / },
    { what: "a map in place of a list", rings: {}, problem: "defaults.rings: a list is expected, not a map" },
  ])("with $what makes no cluster go on without it, but those with profiles of their own", ({ rings, problem }) => {
    const document = fleetOf([cluster("dev-1", { tier: "dev" }), cluster("pinned", {}, { profiles: ["queues"] })], { rings });
    const { clusters, wrong, problems } = parseInWords(document);
    const expected = [typeof problem === "string" ? problem : expect.stringMatching(problem)];
    expect(problems).toEqual(expected);
    expect(wrong).toMatchObject([{ name: "dev-1", problems: expected }]);
    expect(clusters.map(({ name }) => name)).toEqual(["pinned"]);
  });

  test("is named where its profiles do not go together, once for each cluster in it", () => {
    const rings = [{ when: "tier=dev", profiles: ["queues", "v3"] }];
    expect(parseInWords(fleetOf([cluster("dev-1", { tier: "dev" })], { rings })).wrong).toMatchObject([
      { problems: ["defaults.rings[0].profiles: there is no profile v3; v2?"] },
    ]);
  });

  test("is not named where something else of its cluster is wrong", () => {
    expect(parseInWords(fleetOf([cluster("dev-1", { tier: "dev" }, { mode: "loud" })])).wrong).toMatchObject([
      { problems: [expect.stringMatching(/^clusters\[0\]\.mode: /)] },
    ]);
  });

  test("is one of those that the fleet tells, but where any of them is wrong", () => {
    expect(parseFleet(fleetOf([])).rings).toEqual(["tier=dev", "tier in (dev,stage), region!=us"]);
    expect(parseFleet(fleetOf([], { rings: [{ when: "tier=dev" }] })).rings).toEqual([]);
  });

  test("may not stand in a cluster", () => {
    expect(parseInWords(fleetOf([aCluster({ rings: RINGS })])).wrong).toMatchObject([
      { problems: ["clusters[0]: there is no field rings"] },
    ]);
  });
});

describe("the comparison of two fleets", () => {
  const before = parseFleet(fleetOf([cluster("a", { tier: "prod" }), cluster("b", { tier: "prod" })]));

  test("names the ring that a cluster comes into, and each profile by its mode", () => {
    const after = parseFleet(fleetOf([cluster("a", { tier: "dev" }), cluster("b", { tier: "prod" })]));
    expect(diffFleets(before, after).changed).toEqual(["a"]);
    const fields = diffFields(before, after, "a").filter(({ path }) => path !== "profiles.v2");
    expect(fields).toEqual([
      { path: "labels.tier", from: "prod", to: "dev" },
      { path: "ring", from: undefined, to: "tier=dev" },
    ]);
    expect(diffFields(before, after, "a").map(({ path }) => path)).toContain("profiles.v2");
  });

  test("tells of a mode alone", () => {
    const own = parseFleet(fleetOf([cluster("a", {}, { mode: "own" })]));
    const shadow = parseFleet(fleetOf([cluster("a", {}, { profiles: [{ name: "queues", mode: "shadow" }] })]));
    expect(diffFields(own, shadow, "a")).toEqual([{ path: "profiles.queues.mode", from: "own", to: "shadow" }]);
  });

  test("is silent on another ring with the same profiles", () => {
    const other = [{ when: "!tier", profiles: ["queues"] }, ...RINGS];
    const one = parseFleet(fleetOf([aCluster()]));
    expect(diffFleets(one, parseFleet(fleetOf([aCluster()], { rings: other }))).changed).toEqual([]);
  });
});
