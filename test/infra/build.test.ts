import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { buildFunctions } from "../../infra/build.ts";

const folder = mkdtempSync(join(tmpdir(), "alertstatus-build-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Some megabytes of sources each, on a machine that does other things too.
describe("the build", { timeout: 60_000 }, () => {
  test("bundles each function into a folder of its own, and keeps to the budgets", async () => {
    const bundles = await buildFunctions(join(folder, "all"));
    expect(bundles.map(({ name }) => name)).toEqual(["dispatch", "reconcile", "receive"]);
    for (const { name } of bundles) expect(existsSync(join(folder, "all", name, `${name}.mjs`))).toBe(true);
    expect(readdirSync(join(folder, "all")).sort()).toEqual(["dispatch", "receive", "reconcile"]);
  });

  test("counts what every run of dispatch asks for, although its cold start does not wait for it", async () => {
    const dispatchSource = join(import.meta.dirname, "../../functions/dispatch.ts");
    const [dispatch] = await building(dispatchSource);
    const [atColdStart] = await building(source(`export * from ${JSON.stringify(dispatchSource)};`));
    expect(dispatch?.bytes).toBeGreaterThan(2 * (atColdStart?.bytes ?? Number.NaN));
  });

  test("fails where a function is over its budget", async () => {
    const heavy = source(`export const handler = async () => ${JSON.stringify("x".repeat(660_000))};`, "reconcile");
    await expect(building(heavy)).rejects.toThrow(/^reconcile: 660\d{3} bytes are loaded by every run, and its budget is 650000$/);
  });

  test.each(["@kubernetes/client-node", "yaml", "@aws-sdk/client-s3", "@smithy/signature-v4", "zod"])(
    "fails where %s would load at every cold start",
    async (library) => {
      const early = source(`export * from ${located(library)};`);
      await expect(building(early)).rejects.toThrow("would load at every cold start");
    },
  );

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

function source(text: string, name = `source-${++sources}`): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return file;
}

// In full: the sources of these tests stand outside the checkout.
function located(library: string): string {
  return JSON.stringify(fileURLToPath(import.meta.resolve(library)));
}
