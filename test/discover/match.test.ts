// Holds discovery to stable names, and to adding no cluster twice.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { FoundCluster } from "../../functions/discover/match.ts";
import { discovered, eksFound, secretFound } from "./discovered.ts";

const LONG = "a".repeat(100);
const inside = (region: string, more: object = {}) => ({ eks: { name: "prod", region, ...more } });
const role = (account: string) => ({ roleArn: `arn:aws:iam::${account}:role/alertstatus` });
const entry = (kubernetes: object, name = "own") => ({ name, kubernetes });

describe("a new cluster is named", () => {
  test.each<{ what: string; found: readonly FoundCluster[]; clusters?: readonly object[]; added: readonly string[] }>([
    { what: "as it is found", found: [eksFound("prod")], added: ["prod"] },
    { what: "as a DNS label", found: [eksFound("Prod_EU-1")], added: ["prod-eu-1"] },
    { what: "as a DNS label where its name has dots", found: [secretFound("one.two")], added: ["one-two"] },
    { what: "as a label of at most 63 characters", found: [eksFound(LONG)], added: [LONG.slice(0, 63)] },
    {
      what: "with its region where another region has one of that name",
      found: [eksFound("prod", "us-east-1"), eksFound("prod")],
      added: ["prod-eu-central-1", "prod-us-east-1"],
    },
    {
      what: "with its namespace where another namespace has one of that name",
      found: [secretFound("prod", "b"), secretFound("prod", "a")],
      added: ["prod-a", "prod-b"],
    },
    {
      what: "with its region where the fleet has another one of that name",
      found: [eksFound("prod")],
      clusters: [entry({ server: "https://other.example" }, "prod")],
      added: ["prod-eu-central-1"],
    },
    {
      what: "with a number where two names differ only in characters that a label lacks",
      found: [eksFound("Prod"), eksFound("prod", "eu-central-1", { server: "https://small.example" })],
      added: ["prod-eu-central-1", "prod-eu-central-1-2"],
    },
    {
      what: "with its region in full where its own name is too long",
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
    { by: "its name and region, at another address", kubernetes: inside("eu-central-1", { server: "https://proxy.example" }) },
    { by: "its name and region, with a role of its account", kubernetes: inside("eu-central-1", role("111122223333")) },
    { by: "its server", kubernetes: { server: "https://prod.eu-central-1.example" } },
    { by: "its server, in another spelling", kubernetes: { server: "https://PROD.eu-central-1.example:443/" } },
    { by: "the secret of its kubeconfig", kubernetes: secretFound("prod").kubernetes, found: secretFound("prod") },
    {
      by: "the secret of its kubeconfig, in another stage",
      kubernetes: { kubeconfig: { ssm: "/alertstatus/dev/clusters/capi/prod-kubeconfig" } },
      found: secretFound("prod"),
    },
    {
      by: "the secret of its kubeconfig, under another name",
      kubernetes: secretFound("prod").kubernetes,
      name: "renamed",
      found: secretFound("prod"),
    },
  ])("by $by", ({ kubernetes, name = "own", found = eksFound("prod") }) => {
    expect(discovered([found], [entry(kubernetes, name)])).toMatchObject({ added: [], known: [name] });
  });
});

describe("the fleet reaches a cluster by a kubeconfig, which", () => {
  const clusters = [entry({ kubeconfig: { file: "config" } }, "prod")];

  test("leads to the same server", () => {
    const renamed = [entry({ kubeconfig: { file: "config" } }, "mine")];
    expect(discovered([eksFound("prod")], renamed, { mine: "https://PROD.eu-central-1.example/" })).toMatchObject({
      added: [],
      known: ["mine"],
    });
  });

  test("leads to another server, whatever the name", () => {
    const found = discovered([eksFound("prod")], clusters, { prod: "https://elsewhere.example" });
    expect(found).toMatchObject({ added: ["prod-eu-central-1"], known: [], unsure: [] });
  });

  test("cannot be read, and the name is no proof", () => {
    expect(discovered([eksFound("prod")], clusters)).toMatchObject({ added: [], known: [], unsure: ["prod"] });
  });
});

describe("the fleet does not know a cluster", () => {
  test.each<{ where: string; kubernetes: object; found?: FoundCluster }>([
    { where: "of another region", kubernetes: inside("us-east-1") },
    { where: "of another account", kubernetes: inside("eu-central-1", role("444455556666")) },
    { where: "of another server", kubernetes: { server: "https://prod.eu-central-1.example/other" } },
    { where: "of another name, where a kubeconfig file hides the server", kubernetes: { kubeconfig: { file: "config" } } },
    { where: "of another secret", kubernetes: secretFound("prod", "elsewhere").kubernetes, found: secretFound("prod") },
  ])("$where", ({ kubernetes, found = eksFound("prod") }) => {
    expect(discovered([found], [entry(kubernetes)])).toMatchObject({ added: ["prod"], known: [] });
  });
});

test("two secrets that lead to one server are one cluster", () => {
  const twice = [secretFound("prod"), secretFound("prod", "copies", { server: "https://prod.capi.example/" })];
  expect(discovered(twice)).toMatchObject({ added: ["prod"], known: ["prod"] });
  for (const one of twice) expect(discovered(twice, [entry(one.kubernetes)])).toMatchObject({ added: [], known: ["own", "own"] });
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

test("any found clusters make a valid fleet, whatever their order", () => {
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

test("a second search adds nothing, and a new cluster takes no name that is in use", () => {
  fc.assert(
    fc.property(manyFound, fc.nat(), (found, count) => {
      const before = discovered(found.slice(0, count % (found.length + 1)));
      const after = discovered(found, before.entries);
      expect(after.known.toSorted()).toEqual(before.added.toSorted());
      expect(discovered(found, [...before.entries, ...after.entries]).added).toEqual([]);
    }),
  );
});
