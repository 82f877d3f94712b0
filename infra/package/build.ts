// Builds the npm package into dist/: the bundled command line without dependencies, the functions, and the template of the stack.

import { cpSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build, type Metafile } from "esbuild";
import manifest from "../../package.json" with { type: "json" };
import { OPTIONS, weigh } from "../build.ts";
import type { Stack } from "../stack/stack.ts";
import { renderLicenses, renderSbom } from "./sbom.ts";
import { FUNCTIONS, packageTemplate } from "./stack-template.ts";

const ROOT = join(import.meta.dirname, "../..");
const BIN = join(import.meta.dirname, "bin");
const PROGRAMS = ["alertstatus", "kubectl-alertstatus", "kubectl_complete-alertstatus"];
/** What is read beside the bundle: for editors, as a start, and to prepare a cluster. */
const FILES = [
  "README.md",
  "LICENSE",
  "infra/fleet.schema.json",
  "infra/fleet.example.yml",
  "infra/runbooks.md",
  "infra/cluster",
  "infra/examples",
  "infra/profiles",
  "infra/notify",
];

/** Builds the package into a folder, which `npm pack` and `npm publish` take as it is. */
export async function buildPackage(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const { version } = manifest;
  // One bundle for all, so that the functions share their chunks with the command line instead of doubling the package.
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: {
      cli: join(import.meta.dirname, "cli.ts"),
      ...Object.fromEntries(FUNCTIONS.map((name) => [name, join(ROOT, "functions", `${name}.ts`)])),
    },
    outdir: folder,
    // Their names stand in each import of each other.
    chunkNames: "[hash]",
    define: { ...OPTIONS.define, VERSION: JSON.stringify(version) },
    legalComments: "none",
  });
  for (const name of FUNCTIONS) weigh(name, metafile, join(ROOT, "functions", `${name}.ts`));
  const functions = Object.fromEntries(FUNCTIONS.map((name) => [name, filesOf(`${name}.mjs`, metafile)]));
  const stack: Stack = { version, ...packageTemplate(), functions };
  writeFileSync(join(folder, "stack.json"), JSON.stringify(stack));
  writeFileSync(join(folder, "sbom.cdx.json"), JSON.stringify(renderSbom(metafile, version)));
  writeFileSync(join(folder, "THIRD-PARTY-LICENSES"), renderLicenses(metafile));
  cpSync(BIN, join(folder, "bin"), { recursive: true });
  for (const file of FILES) cpSync(join(ROOT, file), join(folder, basename(file)), { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(packageManifest(), undefined, 2)}\n`);
}

/** All that an output may ever load, at once or late. */
function filesOf(entry: string, { outputs }: Metafile): readonly string[] {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const files = new Set([entry]);
  for (const file of files)
    for (const { path, external } of byName.get(file)?.imports ?? []) if (external !== true) files.add(basename(path));
  return [...files].toSorted();
}

// The repository's own manifest stays private: what its users install has no dependency, and a clone is not published by mistake.
function packageManifest(): object {
  const { name, version, description, license, type, engines } = manifest;
  const { GITHUB_REPOSITORY: repository } = process.env;
  return {
    name,
    version,
    description,
    license,
    type,
    engines,
    keywords: ["kubernetes", "prometheus", "alertmanager", "status", "conditions", "kubectl", "kubectl-plugin", "aws", "lambda"],
    ...(repository && { repository: { type: "git", url: `git+https://github.com/${repository}.git` } }),
    bin: Object.fromEntries(PROGRAMS.map((program) => [program, `bin/${program}.cjs`])),
  };
}

if (import.meta.main) {
  await buildPackage(join(ROOT, "dist"));
  console.log(`dist/ is alertstatus ${manifest.version}; to pack it: npm pack ./dist`);
}
