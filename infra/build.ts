import { existsSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { build, type Metafile } from "esbuild";

const ROOT = join(import.meta.dirname, "..");

/** A function of the stack: `needs` are the modules that each of its runs asks for, although no cold start waits for them. */
type Budget = { readonly mostBytes: number; readonly needs: readonly string[] };

const KB = 1_000;
const PUT_EVENTS = "functions/io/aws/put-events.ts";
const BUDGETS: Readonly<Record<string, Budget>> = {
  dispatch: { mostBytes: 750 * KB, needs: [PUT_EVENTS, "functions/io/fleet/s3.ts"] },
  reconcile: { mostBytes: 650 * KB, needs: [] },
  receive: { mostBytes: 600 * KB, needs: [PUT_EVENTS, "functions/io/aws/parameter.ts"] },
};
const NO_BUDGET: Budget = { mostBytes: Number.POSITIVE_INFINITY, needs: [] };

// Each costs more at a cold start than all the rest, and few runs need it; what zod says by methods, zod/mini says for half of the cost.
const LAZY = ["@kubernetes/client-node", "yaml", "@aws-sdk", "@smithy/core", "@smithy/signature-v4", "zod/v4/classic"];

// Bundled CommonJS packages ask for Node's own modules by `require`, which a module does not have.
const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/** What a run loads of one function: its own file, all that it imports without being asked, and what it always needs; minified. */
export type Bundle = { readonly name: string; readonly files: number; readonly bytes: number };

/** The sources of the functions there are. */
export function entries(): readonly string[] {
  return Object.keys(BUDGETS)
    .map((name) => join(ROOT, "functions", `${name}.ts`))
    .filter((file) => existsSync(file));
}

/** Bundles each function into a folder of its own; an error where one would load what is meant to load late, or more than its budget. */
export async function buildFunctions(folder: string, sources: readonly string[] = entries()): Promise<readonly Bundle[]> {
  rmSync(folder, { recursive: true, force: true });
  return Promise.all(sources.map((source) => buildFunction(folder, resolve(ROOT, source))));
}

async function buildFunction(folder: string, source: string): Promise<Bundle> {
  const name = basename(source).replace(/\.\w+$/, "");
  const { metafile } = await build({
    entryPoints: [source],
    outdir: join(folder, name),
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // The AWS clients' own modules, of which only what is used is bundled: a third less than their CommonJS.
    mainFields: ["module", "main"],
    // As in Node's own build of undici: without the second HTTP parser, which is an experiment.
    define: { esbuildDetection: "true" },
    minify: true,
    metafile: true,
    outExtension: { ".js": ".mjs" },
    banner: { js: REQUIRE },
    logLevel: "warning",
  });
  // `osls invoke local` looks for no module, and for this; Lambda takes the module, and this is not packed.
  writeFileSync(join(folder, name, `${name}.cjs`), `module.exports = require("./${name}.mjs");\n`);
  return weigh(name, metafile, source, BUDGETS[name] ?? NO_BUDGET);
}

function weigh(name: string, { outputs }: Metafile, source: string, { mostBytes, needs }: Budget): Bundle {
  refuseEarly(name, outputs, loadedWith(outputs, [source]));
  const files = loadedWith(outputs, [source, ...needs.map((file) => join(ROOT, file))]);
  const bytes = files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0);
  if (bytes > mostBytes) throw new Error(`${name}: ${bytes} bytes are loaded by every run, and its budget is ${mostBytes}`);
  return { name, files: files.length, bytes };
}

function refuseEarly(name: string, outputs: Metafile["outputs"], files: readonly string[]): void {
  const inputs = files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  const early = LAZY.filter((library) => inputs.some((input) => input.includes(`node_modules/${library}/`)));
  if (early.length > 0)
    throw new Error(`${name}: ${early.join(" and ")} would load at every cold start; use await import() where it is needed, or do without`);
}

// A chunk that `import()` loads is an entry point too.
function loadedWith(outputs: Metafile["outputs"], sources: readonly string[]): readonly string[] {
  const isWanted = (entryPoint: string | undefined) => entryPoint !== undefined && sources.includes(resolve(ROOT, entryPoint));
  const found = new Set(Object.keys(outputs).filter((file) => isWanted(outputs[file]?.entryPoint)));
  for (const file of found)
    for (const { path, kind, external } of outputs[file]?.imports ?? []) if (kind === "import-statement" && !external) found.add(path);
  return [...found];
}

if (import.meta.main) {
  const bundles = await buildFunctions(join(ROOT, ".build"));
  console.table(
    Object.fromEntries(
      bundles.map(({ name, files, bytes }) => [
        name,
        { files, KB: Math.round(bytes / KB), "of at most": (BUDGETS[name]?.mostBytes ?? 0) / KB },
      ]),
    ),
  );
}
