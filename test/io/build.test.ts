import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { buildFunctions } from "../../infra/build.ts";

const folder = mkdtempSync(join(tmpdir(), "alertstatus-build-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the build", () => {
  test("bundles each function into a module of its own name", async () => {
    const bundles = await buildFunctions(join(folder, "all"));
    expect(bundles.map(({ name }) => name)).toEqual(["reconcile.mjs"]);
  });

  test.each(["@kubernetes/client-node", "yaml"])("fails where %s would load at every cold start", async (library) => {
    const early = source(`export * from ${located(library)};`);
    await expect(building(early)).rejects.toThrow(`${library} would load at every cold start`);
  });

  test("fails also where the library comes in behind an import, and late in another place", async () => {
    const middle = source(`import { parse } from ${located("yaml")}; export const read = (text) => parse(text);`);
    const early = source(`import { read } from "${middle}"; export const later = () => import(${located("yaml")}); read("a: 1");`);
    await expect(building(early)).rejects.toThrow("yaml would load at every cold start");
  });

  test("accepts a library that is loaded when it is needed", async () => {
    const late = source(`export const handler = async (text) => (await import(${located("yaml")})).parse(text);`);
    await expect(building(late)).resolves.toHaveLength(1);
  });
});

function building(entry: string) {
  return buildFunctions(join(folder, "out"), [entry]);
}

let sources = 0;

function source(text: string): string {
  const file = join(folder, `source-${++sources}.mjs`);
  writeFileSync(file, text);
  return file;
}

// In full: the sources of these tests stand outside the checkout.
function located(library: string): string {
  return JSON.stringify(fileURLToPath(import.meta.resolve(library)));
}
