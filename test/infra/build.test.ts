// Holds the build to its budgets, because a heavier bundle is a slower cold start.

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { type Bundle, buildFunctions } from "../../infra/build.ts";
import { aClient } from "../support/client.ts";
import { serve } from "../support/http-server.ts";
import { builtFunctions, builtPackage } from "../support/made-once.ts";

const folder = mkdtempSync(join(tmpdir(), "alertstatus-build-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Prints which modules of Node a bundle loads after a flag of V8 is set.
const LOADED_LATE = `
import { createRequire, syncBuiltinESMExports } from "node:module";
const v8 = createRequire("/")("node:v8");
const { setFlagsFromString } = v8;
let count;
v8.setFlagsFromString = (flag) => {
  count ??= process.moduleLoadList.length;
  setFlagsFromString(flag);
};
syncBuiltinESMExports();
await import(process.argv.at(-1));
const late = process.moduleLoadList.slice(count).filter((name) => /^NativeModule (?!internal)/.test(name));
process.stdout.write(JSON.stringify(late));
`;

// Each test bundles some megabytes of sources, on a machine that may be busy.
describe("the build", () => {
  test("bundles each function into a folder of its own, within its budget", async () => {
    const bundles = await bundlesOfAll();
    expect(bundles.map(({ name }) => name)).toEqual(["dispatch", "reconcile", "receive", "publish"]);
    for (const { name } of bundles) expect(existsSync(join(await builtFunctions(), "functions", name, `${name}.mjs`))).toBe(true);
    expect(readdirSync(join(await builtFunctions(), "functions")).sort()).toEqual(["dispatch", "publish", "receive", "reconcile"]);
  });

  test("keeps all that reconcile loads at a cold start in one chunk, beside its entry", async () => {
    const bundles = await bundlesOfAll();
    expect(bundles).toContainEqual(expect.objectContaining({ name: "reconcile", files: 2 }));
  });

  test("counts the modules that every run of dispatch loads after its cold start", async () => {
    const dispatchSource = join(import.meta.dirname, "../../functions/dispatch.ts");
    const [dispatch] = await bundlesOfAll();
    const [atColdStart] = await buildOne(source(`export * from ${JSON.stringify(dispatchSource)};`));
    expect(dispatch?.bytes).toBeGreaterThan(2 * (atColdStart?.bytes ?? Number.NaN));
  });

  const bundles = [
    { of: "a clone", path: async () => join(await builtFunctions(), "functions/reconcile/reconcile.mjs") },
    { of: "the package", path: async () => join(await builtPackage(), "reconcile.mjs") },
  ];

  test.each(bundles)("reconcile of $of loads what undici needs of Node before V8 refuses what is compiled ahead", async ({ path }) => {
    const bundle = pathToFileURL(await path()).href;
    const env = { STAGE: "test", FLEET: "file:fleet.yml", BUS: "test", AWS_REGION: "eu-central-1" };
    const loaded = spawnSync(process.execPath, ["--input-type=module", "--eval", LOADED_LATE, bundle], { env, encoding: "utf8" });
    expect(loaded).toMatchObject({ stdout: "[]", stderr: "" });
  });

  test("fails where a function exceeds its budget", async () => {
    const heavy = source(`export const handler = async () => ${JSON.stringify("x".repeat(390_000))};`, "reconcile");
    await expect(buildOne(heavy)).rejects.toThrow(/^reconcile: 390\d{3} bytes are loaded by every run, and its budget is 380000$/);
  });

  test.each(["yaml", "@aws-sdk/client-s3", "@smithy/signature-v4", "zod"])(
    "fails where %s would load at every cold start",
    async (library) => {
      const early = source(`export * from ${pathOf(library)};`);
      await expect(buildOne(early)).rejects.toThrow("would load at every cold start");
    },
  );

  test("fails where a transitive import loads the library early, although another one loads it late", async () => {
    const middle = source(`import { parse } from ${pathOf("yaml")}; export const read = (text) => parse(text);`);
    const early = source(`import { read } from "${middle}"; export const later = () => import(${pathOf("yaml")}); read("a: 1");`);
    await expect(buildOne(early)).rejects.toThrow("yaml would load at every cold start");
  });

  test("keeps what speaks HTTP/1 to a server without HTTP/2, over one connection", async () => {
    const http = join(import.meta.dirname, "../../functions/io/http");
    const entry = source(`export * from "${http}/connections.ts"; export * from "${http}/request.ts";`, "http1");
    await buildOne(entry);
    const { openConnections, sendOnce, toEndpoint } = await import(join(folder, "out", "http1", "http1.mjs"));
    const sockets = new Set<Socket>();
    const server = await serve((request, response) => {
      sockets.add(request.socket);
      request.pipe(response);
    });
    const connections = openConnections();
    const endpoint = toEndpoint({ origin: server.url, basePath: "", headers: {}, secrets: [] });
    const client = aClient(connections, { key: "", endpoint: async () => endpoint, renewed: async () => undefined });
    const ask = () => sendOnce(client, { method: "POST", path: "/", body: "{}" });
    await expect(ask()).resolves.toMatchObject({ status: 200, body: "{}" });
    // A connection is free again once its answer has been read to the end.
    await setImmediate();
    await expect(ask()).resolves.toMatchObject({ status: 200, body: "{}" });
    expect(sockets.size).toBe(1);
    await Promise.all([connections.close(), server.close()]);
  });

  test("accepts a library that is loaded by import()", async () => {
    const late = source(`export const handler = async (text) => (await import(${pathOf("yaml")})).parse(text);`);
    await expect(buildOne(late)).resolves.toHaveLength(1);
  });
});

async function bundlesOfAll(): Promise<readonly Bundle[]> {
  return JSON.parse(readFileSync(join(await builtFunctions(), "bundles.json"), "utf8"));
}

function buildOne(entry: string) {
  return buildFunctions(join(folder, "out"), [entry]);
}

let sources = 0;

function source(text: string, name = `source-${++sources}`): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return file;
}

// The full path, because the sources of these tests are outside of the checkout.
function pathOf(library: string): string {
  return JSON.stringify(fileURLToPath(import.meta.resolve(library)));
}
