import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../functions/core/errors.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { selectClusters } from "../../../functions/core/fleet/selection.ts";
import { aCluster, aFleet, problemsIn, SERVICE } from "./fleet-documents.ts";

describe("a cluster entry", () => {
  test("needs a name and a way in, and the rest is decided", () => {
    const [entry] = parseFleet(aFleet(aCluster())).clusters;
    expect(entry).toMatchObject({ name: "prod", labels: {}, mode: "own", paused: false, kubernetes: aCluster().kubernetes });
    expect(entry?.profiles.map(({ name }) => name)).toEqual(["kyma-telemetry"]);
    expect(entry?.alerts).toEqual([{ service: { namespace: "kyma-system", name: "telemetry-self-monitor", port: 9090 } }]);
  });

  test("says what it wants to be otherwise", () => {
    const more = { labels: { region: "eu" }, mode: "shadow", paused: true, alerts: { url: "https://prometheus.example/prod" } };
    expect(parseFleet(aFleet(aCluster(more))).clusters).toMatchObject([{ ...more, alerts: [more.alerts] }]);
  });

  test.each(["a", "0", "prod-eu-1", "a".repeat(63)])("may be called %s", (name) => {
    expect(parseFleet(aFleet(aCluster({ name }))).clusters).toMatchObject([{ name }]);
  });
});

describe("defaults", () => {
  const defaults = { labels: { region: "eu", tier: "prod" }, mode: "shadow", paused: true, alerts: { url: "https://prometheus.example" } };

  test("count where a cluster says nothing", () => {
    expect(parseFleet({ ...aFleet(aCluster()), defaults }).clusters).toMatchObject([{ ...defaults, alerts: [defaults.alerts] }]);
  });

  test("are replaced whole, not merged, where it does", () => {
    const own = { labels: { region: "us" }, alerts: SERVICE, paused: false, mode: "own" };
    const [entry] = parseFleet({ ...aFleet(aCluster(own)), defaults }).clusters;
    expect(entry).toMatchObject({ ...own, alerts: [SERVICE] });
    expect(entry?.labels).toEqual({ region: "us" });
    expect(entry?.alerts).toEqual([SERVICE]);
  });

  test("may name the way in", () => {
    const { kubernetes, ...nameOnly } = aCluster();
    expect(parseFleet({ clusters: [nameOnly], defaults: { kubernetes } }).clusters).toMatchObject([{ kubernetes }]);
  });

  test("that are wrong are so for every cluster that takes them over, and at their own place", () => {
    const fleet = parseFleet({ ...aFleet(aCluster({ name: "a" }), aCluster({ name: "b", mode: "own" })), defaults: { mode: "dry-run" } });
    expect(fleet.clusters.map(({ name }) => name)).toEqual(["b"]);
    expect(fleet.wrong).toMatchObject([{ name: "a", problems: [expect.stringMatching(/^defaults\.mode: .*"own"\|"shadow"\|"observe"/)] }]);
  });

  test("that are wrong are told of even where nobody takes them over", () => {
    const fleet = parseFleet({ ...aFleet(aCluster({ mode: "own" })), defaults: { mode: "dry-run" } });
    expect(fleet.clusters).toHaveLength(1);
    expect(fleet.problems).toEqual([expect.stringMatching(/^defaults\.mode: /)]);
  });
});

describe("the sources of a cluster's alerts", () => {
  const url = "https://prometheus.example";
  const central = { url, labels: { cluster: "prod" }, proof: "none" };
  const inside = { ...SERVICE, labels: { cluster: "prod" }, proof: "auto" };
  test.each([
    { what: "one", alerts: { url }, sources: [{ url }] },
    { what: "a list of one", alerts: [SERVICE], sources: [SERVICE] },
    { what: "a pair, in its order", alerts: [{ url }, SERVICE], sources: [{ url }, SERVICE] },
    { what: "one that is shared, and vouched for", alerts: central, sources: [central] },
    { what: "a service that is shared", alerts: [inside, central], sources: [inside, central] },
  ])("$what", ({ alerts, sources }) => {
    expect(parseFleet(aFleet(aCluster({ alerts }))).clusters[0]?.alerts).toEqual(sources);
  });

  const place = "clusters[0].alerts";
  test.each([
    { what: "an empty list", alerts: [], problem: `${place}: Too small` },
    { what: "neither", alerts: {}, problem: `${place}: one source is expected: {service: {namespace, name, port}} or {url: …}` },
    { what: "both", alerts: { url, ...SERVICE }, problem: `${place}: one source is expected, ` },
    { what: "a proof that nobody knows", alerts: { url, proof: "some" }, problem: `${place}.proof: ` },
    { what: "a label that is a number", alerts: { ...SERVICE, labels: { cluster: 7 } }, problem: `${place}.labels.cluster: ` },
    { what: "a wrong URL", alerts: { url: "prometheus:9090" }, problem: `${place}.url: an https: URL is expected` },
    { what: "a wrong second one", alerts: [SERVICE, { url: "prometheus:9090" }], problem: `${place}[1].url: an https: URL is expected` },
    { what: "an unknown field of a second one", alerts: [SERVICE, { url, retries: 3 }], problem: `${place}[1]: there is no field retries` },
  ])("are not $what", ({ alerts, problem }) => {
    expect(problemsIn(aFleet(aCluster({ alerts })))).toEqual([expect.stringContaining(problem)]);
  });
});

describe("a wrong entry stands beside the right ones", () => {
  test("with its name, its labels and each of its problems", () => {
    const fleet = parseFleet(aFleet(aCluster({ name: "a" }), aCluster({ name: "b", mode: "dry-run", labels: { region: "eu" }, typo: 1 })));
    expect(fleet.clusters.map(({ name }) => name)).toEqual(["a"]);
    expect(fleet.wrong).toMatchObject([{ name: "b", labels: { region: "eu" } }]);
    expect(fleet.wrong[0]?.problems).toEqual([expect.stringMatching(/^clusters\[1\]\.mode: /), "clusters[1]: there is no field typo"]);
  });

  test("with the labels that it takes over, so that a selector finds it", () => {
    const fleet = parseFleet({ ...aFleet(aCluster({ typo: 1 })), defaults: { labels: { region: "eu" } } });
    expect(selectClusters(fleet, { selector: "region=eu" }).wrong).toMatchObject([{ name: "prod" }]);
  });

  test.each([null, "prod", 7, [], {}])("even %j", (entry) => {
    const fleet = parseFleet(aFleet(entry, aCluster()));
    expect(fleet.clusters).toHaveLength(1);
    expect(fleet.wrong).toMatchObject([{ name: "(unnamed)", problems: [expect.stringMatching(/^clusters\[0\]/), ...anyMore(entry)] }]);
  });

  test("two that have no name are not called by the same one", () => {
    const { name: _, ...unnamed } = aCluster();
    expect(problemsIn(aFleet(unnamed, unnamed)).join("\n")).not.toContain("twice");
  });
});

test("a name that stands twice is the first one's", () => {
  const fleet = parseFleet(aFleet(aCluster({ mode: "shadow" }), aCluster({ name: "other" }), aCluster({ mode: "observe" })));
  expect(fleet.clusters).toMatchObject([{ name: "prod", mode: "shadow" }, { name: "other" }]);
  expect(fleet.wrong).toMatchObject([{ name: "prod", problems: ["clusters[2].name: stands twice: prod"] }]);
});

test.each([undefined, null, "prod", 7, [], { clusters: null }, {}, { clusters: {} }, { clusters: [], cluster: [] }])(
  "%j is no fleet at all",
  (document) => {
    expect(() => parseFleet(document)).toThrow(ConfigError);
  },
);

function anyMore(entry: unknown): unknown[] {
  return typeof entry === "object" && entry !== null && !Array.isArray(entry) ? [expect.any(String)] : [];
}
