// Holds the additions to a fleet file to changing nothing else in it.

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { withClusters } from "../../functions/cli/fleet-additions.ts";
import { type FoundCluster, matchClusters } from "../../functions/discover/match.ts";
import { eksFound, secretFound } from "../discover/discovered.ts";

const additions = (...found: readonly FoundCluster[]) => matchClusters([], found).added;
const NEW = additions(eksFound("new"), secretFound("newer", "capi", { remarks: ["One remark.", "Another one."] }));

const lines = (...text: readonly string[]) => `${text.join("\n")}\n`;
const ENTRIES = [
  "- name: new",
  "  labels:",
  "    region: eu-central-1",
  "  kubernetes:",
  "    eks:",
  "      name: new",
  "      region: eu-central-1",
  "      server: https://new.eu-central-1.example",
  "# One remark.",
  "# Another one.",
  "- name: newer",
  "  kubernetes:",
  "    kubeconfig:",
  "      ssm: /alertstatus/prod/clusters/capi/newer-kubeconfig",
];
const indented = (spaces: number) => ENTRIES.map((line) => " ".repeat(spaces) + line);
const OLD = "name: old, kubernetes: { server: 'https://old.example' }";

describe("withClusters appends to the list and keeps every other character of", () => {
  test.each<{ what: string; before: readonly string[]; spaces?: number; after?: readonly string[] }>([
    { what: "a list", before: ["clusters:", `  - {${OLD}}`] },
    { what: "a list that is not indented", before: ["clusters:", `- {${OLD}}`], spaces: 0 },
    { what: "a list that is indented by more", before: ["clusters:", `    -   {${OLD}}  # odd`], spaces: 4 },
    { what: "comments", before: ["# of this team", "", "clusters: # all", "  # the first", `  - {${OLD}} # it`, "    # of it"] },
    { what: "what follows", before: ["clusters:", `  - {${OLD}}`], after: ["", "# more", "defaults: {paused:   true}"] },
    { what: "an entry of many lines", before: ["clusters:", "  - name: old", "    kubernetes:", '      server: "https://old.example"'] },
    { what: "text of many lines at the end", before: ["clusters:", "  - name: old", "    labels:", "      a: |", "        b"] },
    { what: "empty lines that count", before: ["clusters:", "  - name: old", "    labels:", "      a: |+", "        b", "", ""] },
    { what: "anchors and their aliases", before: ["defaults: &d { paused: true }", "clusters:", "  - <<: *d", "    name: old"] },
    { what: "an end of the document", before: ["---", "clusters:", `  - {${OLD}}`], after: ["..."] },
  ])("$what", ({ before, spaces = 2, after = [] }) => {
    expect(withClusters(lines(...before, ...after), NEW)).toBe(lines(...before, ...indented(spaces), ...after));
  });

  test("a last line without a line end", () => {
    const text = `clusters:\n  - {${OLD}}`;
    expect(withClusters(text, NEW)).toBe(lines(text, ...indented(2)));
  });

  test("lines with Windows line ends", () => {
    const text = lines("clusters:", `  - {${OLD}}`, "defaults: {}").replaceAll("\n", "\r\n");
    expect(withClusters(text, NEW)).toBe(lines("clusters:", `  - {${OLD}}`, ...indented(2), "defaults: {}").replaceAll("\n", "\r\n"));
  });

  test("a file without additions", () => {
    const text = "{clusters:   []}";
    expect(withClusters(text, [])).toBe(text);
  });
});

test("an empty list becomes a block sequence", () => {
  expect(withClusters("# of this team\nclusters: [] # none\n", NEW)).toBe(lines("# of this team", "clusters:", ...indented(2), "  # none"));
});

test.each([
  { what: "in braces", text: `clusters: [{ ${OLD} }] # it\n` },
  { what: "in JSON", text: JSON.stringify({ clusters: [{ name: "old" }], defaults: { paused: true } }) },
])("a list $what keeps its entries and gets the new ones", ({ text }) => {
  const after = parse(withClusters(text, NEW));
  const before = parse(text);
  expect(after).toEqual({ ...before, clusters: [...before.clusters, ...parse(lines(...ENTRIES))] });
});

test("a discovered name cannot inject lines into the file", () => {
  const labels = { region: "a\nclusters: []\n- name: b", "x: y": "{ssm: z}" };
  const [addition] = additions(eksFound("new", "eu-central-1", { labels }));
  expect(parse(withClusters("clusters: []\n", [addition!])).clusters[0].labels).toEqual(labels);
});

test("withClusters refuses a list that is an alias", () => {
  expect(() => withClusters("defaults: &c []\nclusters: *c\n", NEW)).toThrow("its clusters are an alias");
});
