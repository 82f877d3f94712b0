// Bundles the functions, and fails where one would load too much at a cold start.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";

const ROOT = join(import.meta.dirname, "..");

/** The budget of a function: `needs` are the modules that every run loads, after the cold start. */
type Budget = { readonly maxBytes: number; readonly needs: readonly string[] };

const KB = 1_000;
const TABLE = "functions/io/aws/table.ts";
const PUT_EVENTS = "functions/io/aws/put-events.ts";
const BUDGETS: Readonly<Record<string, Budget>> = {
  dispatch: { maxBytes: 750 * KB, needs: [PUT_EVENTS, TABLE, "functions/io/fleet/s3.ts"] },
  reconcile: { maxBytes: 380 * KB, needs: [] },
  receive: { maxBytes: 600 * KB, needs: [PUT_EVENTS, "functions/io/aws/parameter.ts"] },
  publish: { maxBytes: 600 * KB, needs: [TABLE, "functions/io/aws/page.ts"] },
};
const NO_BUDGET: Budget = { maxBytes: Number.POSITIVE_INFINITY, needs: [] };

// Each of these adds more to a cold start than all other modules, and few runs need it; zod/mini does what zod does at half the cost.
const LAZY = ["yaml", "@aws-sdk", "@smithy/core", "@smithy/signature-v4", "zod/v4/classic"];

// Bundled CommonJS packages load Node's own modules by `require`, which an ES module lacks: for those it does not matter from where.
const REQUIRE = `const require=process.getBuiltinModule("module").createRequire("/");`;

/**
 * What of undici no request needs is left out: `fetch`, whose forms are no body here, the HTTP/1 parser for processors without SIMD, and the
 * names of methods and statuses that no client reads. The other parser stands compressed in the bundle until a server without HTTP/2 needs it.
 */
const slimUndici: Plugin = {
  name: "slim-undici",
  setup({ onLoad }) {
    onLoad({ filter: /undici\/lib\/(web\/.*|llhttp\/llhttp-wasm)\.js$/ }, () => ({ contents: "" }));
    onLoad({ filter: /undici\/lib\/llhttp\/constants\.js$/ }, async ({ path }) => {
      const { ERROR, TYPE } = await import(path);
      return { contents: `module.exports = ${JSON.stringify({ ERROR, TYPE })};` };
    });
    onLoad({ filter: /undici\/lib\/llhttp\/llhttp_simd-wasm\.js$/ }, ({ path }) => ({ contents: compressedParser(path) }));
  },
};

function compressedParser(path: string): string {
  const [, base64 = ""] = /wasmBase64 = '([^']+)'/.exec(readFileSync(path, "utf8")) ?? [];
  if (base64 === "") throw new Error(`${path} holds no parser: see how this version of undici keeps it`);
  const compressed = brotliCompressSync(Buffer.from(base64, "base64")).toString("base64");
  return `module.exports = require("node:zlib").brotliDecompressSync(Buffer.from("${compressed}", "base64"));`;
}

/** Keeps an import of a module of Node for the moment at which it loads: esbuild drops one of which nothing is used. */
const earlyImports: Plugin = {
  name: "early-imports",
  setup({ onResolve }) {
    onResolve({ filter: /^node:(assert|http2)$/ }, ({ path, kind }) =>
      kind === "import-statement" ? { path, external: true, sideEffects: true } : undefined,
    );
  },
};

const LATE = "late";

/**
 * Keeps all that a source loads at once in one chunk, for each file more costs a cold start a third of a millisecond. esbuild divides what the
 * source and a module that it loads late both use from what only one of them uses: each such module is made to use the source, whole.
 */
function inOneChunk(source: string): Plugin {
  return {
    name: "in-one-chunk",
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /.*/ }, async ({ path, kind, importer, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const found = await resolve(path, { importer, resolveDir, kind: "import-statement" });
        // The names of the chunks depend on this path, and not on where the checkout is.
        return found.external ? undefined : { path: relative(ROOT, found.path), namespace: LATE, errors: found.errors };
      });
      onLoad({ filter: /.*/, namespace: LATE }, ({ path }) => {
        const [early, late] = [relative(ROOT, source), path].map((file) => JSON.stringify(`./${file}`));
        const all = `import * as all from ${late}; const { default: whole } = all; export { whole as default }; export * from ${late};`;
        return { contents: `import ${early}; ${all}`, resolveDir: ROOT };
      });
    },
  };
}

/** How everything is bundled, in the functions and in the package. */
export const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  // The ES modules of the AWS clients can be tree-shaken: a third less than their CommonJS.
  mainFields: ["module", "main"],
  // As in Node's own build of undici: without the second, experimental HTTP parser.
  define: { esbuildDetection: "true" },
  minify: true,
  metafile: true,
  plugins: [slimUndici, earlyImports],
  outExtension: { ".js": ".mjs" },
  banner: { js: REQUIRE },
  logLevel: "warning",
} satisfies BuildOptions;

/** What every run of a function loads: its entry, the static imports of it, and its `needs`; minified. */
export type Bundle = { readonly name: string; readonly files: number; readonly bytes: number };

/** The source files of the functions. */
export function entries(): readonly string[] {
  return Object.keys(BUDGETS)
    .map((name) => join(ROOT, "functions", `${name}.ts`))
    .filter((file) => existsSync(file));
}

/** Bundles each function into a folder of its own; throws where one would load a lazy library early, or exceeds its budget. */
export async function buildFunctions(folder: string, sources: readonly string[] = entries()): Promise<readonly Bundle[]> {
  rmSync(folder, { recursive: true, force: true });
  return Promise.all(sources.map((source) => buildFunction(folder, resolve(ROOT, source))));
}

async function buildFunction(folder: string, source: string): Promise<Bundle> {
  const name = basename(source).replace(/\.\w+$/, "");
  const plugins = [inOneChunk(source), ...OPTIONS.plugins];
  const { metafile } = await build({ ...OPTIONS, plugins, entryPoints: [source], outdir: join(folder, name) });
  // `osls invoke local` finds CommonJS only. Lambda loads the ES module, and this file is not packaged.
  writeFileSync(join(folder, name, `${name}.cjs`), `module.exports = require("./${name}.mjs");\n`);
  return weigh(name, metafile, source);
}

/** What every run of a function loads; throws where it would load a lazy library early, or exceeds its budget. */
export function weigh(name: string, { outputs }: Metafile, source: string): Bundle {
  const { maxBytes, needs } = BUDGETS[name] ?? NO_BUDGET;
  refuseEarlyLoads(name, outputs, loadedWith(outputs, [source]));
  const files = loadedWith(outputs, [source, ...needs.map((file) => join(ROOT, file))]);
  const bytes = files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
  if (bytes > maxBytes) throw new Error(`${name}: ${bytes} bytes are loaded by every run, and its budget is ${maxBytes}`);
  return { name, files: files.length, bytes };
}

function refuseEarlyLoads(name: string, outputs: Metafile["outputs"], files: readonly string[]): void {
  const inputs = files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  const early = LAZY.filter((library) => inputs.some((input) => input.includes(`node_modules/${library}/`)));
  if (early.length > 0)
    throw new Error(`${name}: ${early.join(" and ")} would load at every cold start; use await import() where it is needed, or do without`);
}

/** The outputs that sources load at once. A chunk that `import()` loads is an entry point of its own. */
function loadedWith(outputs: Metafile["outputs"], sources: readonly string[]): readonly string[] {
  const isSource = (entryPoint = "") => sources.includes(resolve(ROOT, entryPoint.replace(`${LATE}:`, "")));
  const loaded = new Set(Object.keys(outputs).filter((file) => isSource(outputs[file]?.entryPoint)));
  for (const file of loaded)
    for (const { path, kind, external } of outputs[file]?.imports ?? []) if (kind === "import-statement" && !external) loaded.add(path);
  return [...loaded];
}

if (import.meta.main) {
  const bundles = await buildFunctions(join(ROOT, ".build"));
  console.table(
    Object.fromEntries(
      bundles.map(({ name, files, bytes }) => [
        name,
        { files, KB: Math.round(bytes / KB), "of at most": (BUDGETS[name]?.maxBytes ?? 0) / KB },
      ]),
    ),
  );
}
