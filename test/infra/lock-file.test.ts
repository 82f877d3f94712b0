// Holds every installed package to the version and content that were reviewed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, "../..", file), "utf8"));

test("every package of the lock file has a hash of its content", () => {
  const { "": _root, ...packages } = read("package-lock.json").packages as Record<string, { integrity?: string }>;
  const loose = Object.entries(packages).flatMap(([name, { integrity }]) => (integrity?.startsWith("sha512-") ? [] : [name]));
  expect(loose).toEqual([]);
});

test("every dependency has one exact version", () => {
  const { dependencies, devDependencies, optionalDependencies } = read("package.json");
  const versions = Object.values<string>({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(versions.filter((version) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
});
