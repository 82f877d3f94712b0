// Holds a fleet file to one rule: a wrong entry is reported and leaves the others usable.

import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../functions/core/errors.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { selectClusters } from "../../../functions/core/fleet/selection.ts";
import { aCluster, aFleet, parseInWords, problemsIn, SERVICE } from "./fleet-documents.ts";

describe("a cluster entry", () => {
  test("needs a name and an access, and defaults the rest", () => {
    const [entry] = parseInWords(aFleet(aCluster())).clusters;
    expect(entry).toMatchObject({ name: "prod", labels: {}, paused: false, kubernetes: aCluster().kubernetes });
    expect(entry?.profiles.map(({ name, mode }) => [name, mode])).toEqual([["kyma-telemetry", "own"]]);
    expect(entry?.alerts).toEqual([{ service: { namespace: "kyma-system", name: "telemetry-self-monitor", port: 9090 } }]);
  });

  test("overrides the defaults", () => {
    const more = { labels: { region: "eu" }, paused: true, alerts: { url: "https://prometheus.example/prod" } };
    expect(parseInWords(aFleet(aCluster({ ...more, mode: "shadow" }))).clusters).toMatchObject([
      { ...more, alerts: [more.alerts], profiles: [{ mode: "shadow" }] },
    ]);
  });

  test.each(["a", "0", "prod-eu-1", "a".repeat(63)])("may have the name %s", (name) => {
    expect(parseInWords(aFleet(aCluster({ name }))).clusters).toMatchObject([{ name }]);
  });
});

describe("defaults", () => {
  const fields = { labels: { region: "eu", tier: "prod" }, paused: true, alerts: { url: "https://prometheus.example" } };
  const defaults = { ...fields, mode: "shadow" };

  test("apply where a cluster has no value of its own", () => {
    expect(parseInWords({ ...aFleet(aCluster()), defaults }).clusters).toMatchObject([
      { ...fields, alerts: [fields.alerts], profiles: [{ mode: "shadow" }] },
    ]);
  });

  test("are replaced whole, not merged, where it has one", () => {
    const own = { labels: { region: "us" }, alerts: SERVICE, paused: false };
    const [entry] = parseInWords({ ...aFleet(aCluster({ ...own, mode: "own" })), defaults }).clusters;
    expect(entry).toMatchObject({ ...own, alerts: [SERVICE], profiles: [{ mode: "own" }] });
    expect(entry?.labels).toEqual({ region: "us" });
    expect(entry?.alerts).toEqual([SERVICE]);
  });

  test("may hold the access", () => {
    const { kubernetes, ...nameOnly } = aCluster();
    expect(parseInWords({ clusters: [nameOnly], defaults: { kubernetes } }).clusters).toMatchObject([{ kubernetes }]);
  });

  test("that are wrong make every cluster wrong that inherits them, and are reported at their own path", () => {
    const fleet = parseInWords({ ...aFleet(aCluster({ name: "a" }), aCluster({ name: "b", mode: "own" })), defaults: { mode: "dry-run" } });
    expect(fleet.clusters.map(({ name }) => name)).toEqual(["b"]);
    expect(fleet.wrong).toMatchObject([{ name: "a", problems: [expect.stringMatching(/^defaults\.mode: .*"own"\|"shadow"\|"observe"/)] }]);
  });

  test("that are wrong are reported even where no cluster inherits them", () => {
    const fleet = parseInWords({ ...aFleet(aCluster({ mode: "own" })), defaults: { mode: "dry-run" } });
    expect(fleet.clusters).toHaveLength(1);
    expect(fleet.problems).toEqual([expect.stringMatching(/^defaults\.mode: /)]);
  });
});

describe("the sources of a cluster's alerts may", () => {
  const url = "https://prometheus.example";
  const central = { url, labels: { cluster: "prod" }, proof: "none" };
  const inside = { ...SERVICE, labels: { cluster: "prod" }, proof: "auto" };
  test.each([
    { what: "be one source", alerts: { url }, sources: [{ url }] },
    { what: "be a list of one", alerts: [SERVICE], sources: [SERVICE] },
    { what: "be a pair, in its order", alerts: [{ url }, SERVICE], sources: [{ url }, SERVICE] },
    { what: "be a shared source with `proof: none`", alerts: central, sources: [central] },
    { what: "be a shared service", alerts: [inside, central], sources: [inside, central] },
  ])("$what", ({ alerts, sources }) => {
    expect(parseInWords(aFleet(aCluster({ alerts }))).clusters[0]?.alerts).toEqual(sources);
  });

  const place = "clusters[0].alerts";
  test.each([
    { what: "an empty list", alerts: [], problem: `${place}: Too small` },
    {
      what: "a map with neither service nor url",
      alerts: {},
      problem: `${place}: one source is expected: {service: {namespace, name, port}} or {url: …}`,
    },
    { what: "a map with service and url", alerts: { url, ...SERVICE }, problem: `${place}: one source is expected, ` },
    { what: "an unknown proof", alerts: { url, proof: "some" }, problem: `${place}.proof: ` },
    { what: "a label that is a number", alerts: { ...SERVICE, labels: { cluster: 7 } }, problem: `${place}.labels.cluster: ` },
    { what: "a wrong URL", alerts: { url: "prometheus:9090" }, problem: `${place}.url: an https: URL is expected` },
    { what: "a wrong second one", alerts: [SERVICE, { url: "prometheus:9090" }], problem: `${place}[1].url: an https: URL is expected` },
    { what: "an unknown field of a second one", alerts: [SERVICE, { url, retries: 3 }], problem: `${place}[1]: there is no field retries` },
  ])("not be $what", ({ alerts, problem }) => {
    expect(problemsIn(aFleet(aCluster({ alerts })))).toEqual([expect.stringContaining(problem)]);
  });
});

describe("a wrong entry stands beside the right ones", () => {
  test("with its name, its labels and each of its problems", () => {
    const fleet = parseInWords(
      aFleet(aCluster({ name: "a" }), aCluster({ name: "b", mode: "dry-run", labels: { region: "eu" }, typo: 1 })),
    );
    expect(fleet.clusters.map(({ name }) => name)).toEqual(["a"]);
    expect(fleet.wrong).toMatchObject([{ name: "b", labels: { region: "eu" } }]);
    expect(fleet.wrong[0]?.problems).toEqual([expect.stringMatching(/^clusters\[1\]\.mode: /), "clusters[1]: there is no field typo"]);
  });

  test("with the labels that it inherits, so that a selector matches it", () => {
    const fleet = parseFleet({ ...aFleet(aCluster({ typo: 1 })), defaults: { labels: { region: "eu" } } });
    expect(selectClusters(fleet, { selector: "region=eu" }).wrong).toMatchObject([{ name: "prod" }]);
  });

  test.each([null, "prod", 7, [], {}])("even %j", (entry) => {
    const fleet = parseInWords(aFleet(entry, aCluster()));
    expect(fleet.clusters).toHaveLength(1);
    expect(fleet.wrong).toMatchObject([{ name: "(unnamed)", problems: [expect.stringMatching(/^clusters\[0\]/), ...anyMore(entry)] }]);
  });

  test("two without a name are not reported as duplicates", () => {
    const { name: _, ...unnamed } = aCluster();
    expect(problemsIn(aFleet(unnamed, unnamed)).join("\n")).not.toContain("twice");
  });
});

test("a name that is used twice belongs to the first entry", () => {
  const fleet = parseInWords(aFleet(aCluster({ mode: "shadow" }), aCluster({ name: "other" }), aCluster({ mode: "observe" })));
  expect(fleet.clusters).toMatchObject([{ name: "prod", profiles: [{ mode: "shadow" }] }, { name: "other" }]);
  expect(fleet.wrong).toMatchObject([{ name: "prod", problems: ["clusters[2].name: stands twice: prod"] }]);
});

test.each([undefined, null, "prod", 7, [], { clusters: null }, {}, { clusters: {} }, { clusters: [], cluster: [] }])(
  "%j is not a fleet",
  (document) => {
    expect(() => parseInWords(document)).toThrow(ConfigError);
  },
);

function anyMore(entry: unknown): unknown[] {
  return typeof entry === "object" && entry !== null && !Array.isArray(entry) ? [expect.any(String)] : [];
}

describe("what is no fleet at all is refused:", () => {
  test.each([
    { document: "clusters", says: "(top level): a map with the field `clusters` is expected" },
    { document: {}, says: "clusters: a list of clusters is expected" },
    { document: { clusters: {} }, says: "clusters: a list of clusters is expected" },
    { document: { clusters: [], extra: 1 }, says: "(top level): there is no field extra" },
    { document: { clusters: 7, extra: 1 }, says: "clusters: a list of clusters is expected\n(top level): there is no field extra" },
  ])("$says", ({ document, says }) => {
    expect(() => parseInWords(document)).toThrow(new ConfigError(`the fleet file is not usable:\n${says}`));
  });
});
