import { rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { build, type Metafile } from "esbuild";

const ROOT = join(import.meta.dirname, "..");
const FUNCTIONS = ["functions/reconcile.ts"];

// Each costs more at a cold start than all the rest, and few runs need it.
const LAZY = ["@kubernetes/client-node", "yaml"];

// Bundled CommonJS packages ask for Node's own modules by `require`, which a module does not have.
const REQUIRE = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/** What a cold start loads of one function: its own file and all that it imports without being asked. */
export type Bundle = { readonly name: string; readonly files: number; readonly bytes: number };

/** Bundles the functions into a folder; an error where a library that is meant to load late would load at every cold start. */
export async function buildFunctions(folder: string, entries: readonly string[] = FUNCTIONS): Promise<readonly Bundle[]> {
  rmSync(folder, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: entries.map((entry) => resolve(ROOT, entry)),
    outdir: folder,
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    minify: true,
    metafile: true,
    outExtension: { ".js": ".mjs" },
    banner: { js: REQUIRE },
    logLevel: "warning",
  });
  const outputs = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => isOneOf(entries, entryPoint));
  return outputs.map(([file]) => toBundle(metafile, file));
}

// A chunk that `import()` loads is an entry point too.
function isOneOf(entries: readonly string[], entryPoint: string | undefined): boolean {
  return entryPoint !== undefined && entries.some((entry) => resolve(ROOT, entry) === resolve(ROOT, entryPoint));
}

function toBundle({ outputs }: Metafile, entry: string): Bundle {
  const name = relative(join(entry, ".."), entry);
  const files = loadedWith(outputs, entry);
  const inputs = files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  const early = LAZY.filter((library) => inputs.some((input) => input.includes(`node_modules/${library}/`)));
  if (early.length > 0)
    throw new Error(`${name}: ${early.join(" and ")} would load at every cold start; use await import() where it is needed`);
  return { name, files: files.length, bytes: files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0) };
}

function loadedWith(outputs: Metafile["outputs"], entry: string): readonly string[] {
  const found = new Set([entry]);
  for (const file of found)
    for (const { path, kind, external } of outputs[file]?.imports ?? []) if (kind === "import-statement" && !external) found.add(path);
  return [...found];
}

if (import.meta.main) {
  const bundles = await buildFunctions(join(ROOT, ".build"));
  console.table(
    Object.fromEntries(bundles.map(({ name, files, bytes }) => [name, { files, "KB at a cold start": Math.round(bytes / 1000) }])),
  );
}
