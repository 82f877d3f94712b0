// The laws of the house, which no linter knows: where code stands, how much of it, and in which words.

import { describe, expect, test } from "vitest";
import { exists, filesIn, isIntroduced, longestChain, namesIn, pureFiles, read } from "./house.ts";

const ROOMS = ["cli", "cluster", "core", "discover", "doctor", "io", "page", "receive", "reconcile", "replay", "rules", "state"];
const FLOORS = ["access", "fleet", "kubernetes", "outcome", "profile", "prometheus", "verdict"];

const all = filesIn("functions");
const code = all.filter((file) => file.endsWith(".ts"));
const foldersOf = (files: readonly string[]) => [...new Set(files.map((file) => file.slice(0, file.lastIndexOf("/"))))];

describe("the code", () => {
  test("stands in the rooms of the design", () => {
    const { folders, files } = namesIn("functions");
    expect(folders.filter((folder) => folder !== "adr").toSorted()).toEqual(ROOMS);
    expect(files.filter((name) => name.endsWith(".ts")).length).toBeLessThanOrEqual(7);
    expect(namesIn("functions/core").folders.toSorted()).toEqual(FLOORS);
  });

  test("has no folder of more than 16 files but `cli`", () => {
    const crowded = foldersOf(code).filter((folder) => code.filter((file) => foldersOf([file])[0] === folder).length > 16);
    expect(crowded.filter((folder) => folder !== "functions/cli")).toEqual([]);
  });

  test("has no file of more than 200 lines", () => {
    expect(code.filter((file) => read(file).split("\n").length - 1 > 200)).toEqual([]);
  });

  test("has no chain of imports of more than 14 files", () => {
    const chain = longestChain(code);
    expect(chain.length).toBeGreaterThan(5);
    expect(chain.length > 14 ? chain : []).toEqual([]);
  });

  test("waits for nothing and asks no system where it is pure", () => {
    const pure = pureFiles().filter((file) => file.endsWith(".ts"));
    expect(pure.length).toBeGreaterThan(50);
    expect(pure.filter((file) => /\bawait\b|"node:/.test(withoutComments(read(file))))).toEqual([]);
  });
});

describe("a file", () => {
  test("says why it exists before anything else", () => {
    expect(code.filter((file) => !isIntroduced(file))).toEqual([]);
  });

  test("speaks of components, not of persons", () => {
    const texts = [...all, ...filesIn("infra"), "serverless.yml", "README.md"].filter((file) => /\.(ts|yml|md|cjs)$/.test(file));
    const personal = texts.filter((file) => /\b(he|him|his|whoever|somebody|nobody)\b/i.test(read(file)));
    expect(personal).toEqual([]);
  });
});

describe("the index of the code", () => {
  const answers = [...read("functions/README.md").matchAll(/^\| ([^|]+\?) \| `([^`]+)` \|$/gm)];

  test("answers at least twenty questions", () => {
    expect(answers.length).toBeGreaterThanOrEqual(20);
  });

  test.each(answers.map(([, question = "", path = ""]) => ({ question, path })))("$question $path", ({ path }) => {
    expect(exists(`functions/${path}`)).toBe(true);
  });
});

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}
