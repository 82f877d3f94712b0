// Holds what pages show of fleet files and of code to what is parsed, and to what is there.

import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { read } from "../house.ts";
import { blocksOf, pages } from "./pages.ts";

const isOfFleet = (document: object) => "clusters" in document || "alerts" in document;
const snippets = pages.flatMap((page) =>
  blocksOf(page)
    .filter(({ language }) => language === "yaml")
    .map(({ body }) => ({ page, document: parse(body) }))
    .filter(({ document }) => isOfFleet(document)),
);

test("pages show at least three parts of a fleet file", () => {
  expect(snippets.length).toBeGreaterThanOrEqual(3);
});

test.each(snippets)("the part of a fleet file in $page is valid: $document", ({ document }) => {
  const kubernetes = { kubeconfig: { file: "config" } };
  const fleet = "clusters" in document ? document : { clusters: [{ name: "a", kubernetes, ...document }] };
  expect(parseFleet(fleet)).toMatchObject({ wrong: [], problems: [] });
});

test("the row of functions/README.md uses what the built-in profile has", () => {
  const [row] = blocksOf("functions/README.md").filter(({ language }) => language === "ts");
  const used = [...(row?.body ?? "").matchAll(/\$\{([\w.]+)\}/g)].map(([, name = ""]) => name);
  expect(used.length).toBeGreaterThan(1);
  const profile = read("functions/core/profile/kyma-telemetry.ts");
  expect(used.filter((name) => !new RegExp(`\\b${name}\\b`).test(profile))).toEqual([]);
});
