// Holds each record of a decision to its form, and to a figure that something in the repository holds.

import { describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { exists, namesIn, read } from "../house.ts";

const FOLDER = "functions/adr";
const records = namesIn(FOLDER).files.toSorted();
const scripts = Object.keys(manifest.scripts);

test("there are ten decisions at least, numbered without a gap, and functions/README.md lists them", () => {
  expect(records.length).toBeGreaterThanOrEqual(10);
  const titles = records.map((file) => /^# (\d+\. .+)$/m.exec(read(`${FOLDER}/${file}`))?.[1] ?? "");
  expect(records.map((file) => Number(file.slice(0, 4)))).toEqual(records.map((_, index) => index + 1));
  const listed = titles.map((title, index) => title.replace(/^(\d+\.) (.*)$/, `$1 [$2](adr/${records[index]})`));
  expect(read("functions/README.md")).toContain(`## Decisions\n\n${listed.join("\n")}\n`);
});

describe.each(records)("%s", (file) => {
  const text = read(`${FOLDER}/${file}`);
  const [, measured = ""] = /^\*\*Measured\.\*\* ([\s\S]*?)^\*\*Consequence/m.exec(text) ?? [];

  test("tells context, choice, measured number and consequence in twenty lines", () => {
    expect(text.split("\n").length - 1).toBeLessThanOrEqual(20);
    expect([...text.matchAll(/^\*\*(\w+)\.\*\*/gm)].map(([, word]) => word)).toEqual(["Context", "Choice", "Measured", "Consequence"]);
  });

  test("names a number, and what holds it", () => {
    expect(measured).toMatch(/\d/);
    const held = [...measured.matchAll(/`(?:npm run ([\w:]+)[^`]*|((?:test|infra|functions)\/[^`]+))`/g)];
    expect(held.length).toBeGreaterThan(0);
    expect(held.filter(([, script, path]) => !(script === undefined ? exists(path ?? "") : scripts.includes(script)))).toEqual([]);
  });

  test("tells machine and date of what a benchmark measured", () => {
    if (/`npm run bench/.test(measured)) expect(measured).toMatch(/AMD EPYC with 2 [\s\S]*20\d\d-\d\d-\d\d/);
  });
});
