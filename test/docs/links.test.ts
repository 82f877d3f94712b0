// Holds every page to what it points at, files and headings, and to saying where its figures come from.

import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { exists, read } from "../house.ts";
import { anchorsOf, linksOf, pages, proseOf } from "./pages.ts";

describe.each(pages)("%s", (page) => {
  const fromHere = (path: string) => normalize(join(dirname(page), path));

  test("links only to files and headings that exist", () => {
    const broken = linksOf(page).filter((link) => {
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : fromHere(path);
      return !exists(target) || (anchor !== undefined && !anchorsOf(target).has(anchor));
    });
    expect(broken).toEqual([]);
  });

  test("names only files that exist", () => {
    const named = [...proseOf(page).matchAll(/`((?:[\w.-]+\/)+[\w.-]+\.(?:ts|cjs|ya?ml|json|md|png|sh))`/g)].map(([, path = ""]) => path);
    expect(named.filter((path) => ![path, fromHere(path), `functions/${path}`].some(exists))).toEqual([]);
  });

  test("tells machine and date of what a benchmark measured", () => {
    const sections = read(page).split(/^##+ /m);
    const measured = sections.filter((section) => /\bbench\b/.test(section) && /\d (?:ms|s)\b/.test(section));
    expect(measured.filter((section) => !/AMD EPYC[\s\S]*20\d\d/.test(section))).toEqual([]);
  });
});

test("README is read in five minutes, and links to every other page", () => {
  const lines = read("README.md").split("\n").length - 1;
  expect(lines).toBeLessThanOrEqual(170);
  const reached = new Set<string>(["README.md"]);
  for (const page of reached)
    for (const link of linksOf(page)) {
      const [path = ""] = link.split("#");
      const target = normalize(join(dirname(page), path));
      const readme = exists(join(target, "README.md")) ? join(target, "README.md") : target;
      if (pages.includes(readme)) reached.add(readme);
    }
  expect(pages.filter((page) => !reached.has(page) && !page.startsWith("functions/adr/"))).toEqual([]);
});
