import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { FoundCluster } from "../../functions/discover/match.ts";
import { discovered, eksFound, secretFound } from "./discovered.ts";

const LONG = "a".repeat(100);
const inside = (region: string, more: object = {}) => ({ eks: { name: "prod", region, ...more } });
const role = (account: string) => ({ roleArn: `arn:aws:iam::${account}:role/alertstatus` });
const entry = (kubernetes: object, name = "ours") => ({ name, kubernetes });

describe("a cluster is called", () => {
  test.each<{ what: string; found: readonly FoundCluster[]; clusters?: readonly object[]; added: readonly string[] }>([
    { what: "as its owner calls it", found: [eksFound("prod")], added: ["prod"] },
    { what: "by a DNS label", found: [eksFound("Prod_EU-1")], added: ["prod-eu-1"] },
    { what: "by a DNS label, of a name with dots", found: [secretFound("one.two")], added: ["one-two"] },
    { what: "by no more than a label holds", found: [eksFound(LONG)], added: [LONG.slice(0, 63)] },
    {
      what: "by its region too, where another region has one of that name",
      found: [eksFound("prod", "us-east-1"), eksFound("prod")],
      added: ["prod-eu-central-1", "prod-us-east-1"],
    },
    {
      what: "by its namespace too, where another namespace has one of that name",
      found: [secretFound("prod", "b"), secretFound("prod", "a")],
      added: ["prod-a", "prod-b"],
    },
    {
      what: "by its region too, where the fleet has another one of that name",
      found: [eksFound("prod")],
      clusters: [entry({ server: "https://other.example" }, "prod")],
      added: ["prod-eu-central-1"],
    },
    {
      what: "by a number, where only letters that a label has not tell two apart",
      found: [eksFound("Prod"), eksFound("prod", "eu-central-1", { server: "https://small.example" })],
      added: ["prod-eu-central-1", "prod-eu-central-1-2"],
    },
    {
      what: "by its place too, which is not cut away",
      found: [eksFound(LONG), eksFound(LONG, "us-east-1")],
      added: [`${LONG.slice(0, 50)}-eu-central-1`, `${LONG.slice(0, 53)}-us-east-1`],
    },
  ])("$what", ({ found, clusters, added }) => {
    expect(discovered(found, clusters)).toMatchObject({ added, known: [] });
  });
});

describe("the fleet knows a cluster", () => {
  test.each<{ by: string; kubernetes: object; name?: string; found?: FoundCluster }>([
    { by: "its name and region", kubernetes: inside("eu-central-1") },
    { by: "its name and region, wherever it is reached", kubernetes: inside("eu-central-1", { server: "https://proxy.example" }) },
    { by: "its name and region, by a role of its account", kubernetes: inside("eu-central-1", role("111122223333")) },
    { by: "its server", kubernetes: { server: "https://prod.eu-central-1.example" } },
    { by: "its server, written in another way", kubernetes: { server: "https://PROD.eu-central-1.example:443/" } },
    { by: "its name, where a kubeconfig leads somewhere", kubernetes: { kubeconfig: { file: "config" } }, name: "prod" },
    { by: "the secret of its kubeconfig", kubernetes: secretFound("prod").kubernetes, found: secretFound("prod") },
    {
      by: "the secret of its kubeconfig, in another stage",
      kubernetes: { kubeconfig: { ssm: "/alertstatus/dev/clusters/capi/prod-kubeconfig" } },
      found: secretFound("prod"),
    },
    {
      by: "the secret of its kubeconfig, though another one has its name now",
      kubernetes: secretFound("prod").kubernetes,
      name: "renamed",
      found: secretFound("prod"),
    },
  ])("by $by", ({ kubernetes, name = "ours", found = eksFound("prod") }) => {
    expect(discovered([found], [entry(kubernetes, name)])).toMatchObject({ added: [], known: [name] });
  });
});

describe("the fleet does not know a cluster", () => {
  test.each<{ where: string; kubernetes: object; found?: FoundCluster }>([
    { where: "of another region", kubernetes: inside("us-east-1") },
    { where: "of another account", kubernetes: inside("eu-central-1", role("444455556666")) },
    { where: "of another server", kubernetes: { server: "https://prod.eu-central-1.example/other" } },
    { where: "of another name, where a kubeconfig leads somewhere", kubernetes: { kubeconfig: { file: "config" } } },
    { where: "of another secret", kubernetes: secretFound("prod", "elsewhere").kubernetes, found: secretFound("prod") },
  ])("$where", ({ kubernetes, found = eksFound("prod") }) => {
    expect(discovered([found], [entry(kubernetes)])).toMatchObject({ added: ["prod"], known: [] });
  });
});

test("two secrets that lead to one server are one cluster", () => {
  const twice = [secretFound("prod"), secretFound("prod", "copies", { server: "https://prod.capi.example/" })];
  expect(discovered(twice)).toMatchObject({ added: ["prod"], known: ["prod"] });
  for (const one of twice) expect(discovered(twice, [entry(one.kubernetes)])).toMatchObject({ added: [], known: ["ours", "ours"] });
});

const somewhere = fc.constantFrom("eu-central-1", "us-east-1", "ap-south-1");
const somehow = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/);
const manyFound = fc.uniqueArray(
  fc.oneof(
    fc.tuple(somehow, somewhere).map(([name, region]) => eksFound(name, region)),
    fc
      .tuple(somehow, fc.constantFrom("a", "b"))
      .map(([name, namespace]) => secretFound(name.toLowerCase().replaceAll("_", "-"), namespace)),
  ),
  { selector: ({ server }) => server, maxLength: 12 },
);

test("whatever is found makes a fleet, in whatever order it is found", () => {
  fc.assert(
    fc.property(manyFound, (found) => {
      const { entries } = discovered(found);
      const { clusters, wrong } = parseFleet({ clusters: entries });
      expect(wrong).toEqual([]);
      expect(clusters).toHaveLength(found.length);
      expect(discovered(found.toReversed()).entries).toEqual(entries);
    }),
  );
});

test("whoever looks again finds nothing new, and what is new takes nobody's name", () => {
  fc.assert(
    fc.property(manyFound, fc.nat(), (found, count) => {
      const before = discovered(found.slice(0, count % (found.length + 1)));
      const after = discovered(found, before.entries);
      expect(after.known.toSorted()).toEqual(before.added.toSorted());
      expect(discovered(found, [...before.entries, ...after.entries]).added).toEqual([]);
    }),
  );
});
