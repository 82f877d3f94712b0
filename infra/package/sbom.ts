// Lists what is bundled into the package, with the licenses that ask for that: exactly the packages of which the bundler took a file.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

const ROOT = join(import.meta.dirname, "../..");

type Locked = { readonly version: string; readonly integrity: string; readonly resolved?: string; readonly license?: string };

/** A bill of materials in CycloneDX 1.6; https://cyclonedx.org/docs/1.6/json/. */
export function renderSbom({ inputs }: Metafile, version: string): object {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component: { type: "application", name: "alertstatus", version, purl: `pkg:npm/alertstatus@${version}` } },
    components: packagePaths(inputs).map((path) => component(path, packages[path])),
  };
}

/** The texts of all licenses, each once, below the names of its packages. */
export function renderLicenses({ inputs }: Metafile): string {
  const namesByText = new Map<string, string[]>();
  for (const path of packagePaths(inputs)) {
    const folder = join(ROOT, path);
    for (const file of readdirSync(folder).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name))) {
      const text = readFileSync(join(folder, file), "utf8").trim();
      namesByText.set(text, [...(namesByText.get(text) ?? []), nameOf(path)]);
    }
  }
  return [...namesByText].map(([text, names]) => `${names.join(", ")}\n\n${text}\n`).join(`\n${"-".repeat(80)}\n\n`);
}

function packagePaths(inputs: Metafile["inputs"]): readonly string[] {
  return [...new Set(Object.keys(inputs).flatMap((file) => packagePath(file) ?? []))].toSorted();
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

// A package may hold packages of its own, so that the path counts up to the name of the innermost.
function packagePath(file: string): string | undefined {
  const [, path] = /(?:^|\/)(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  return path;
}

function component(path: string, locked: Locked | undefined): object {
  if (locked === undefined) throw new Error(`${path} is bundled, and is not in the lock file`);
  const name = nameOf(path);
  const { version, integrity, license } = locked;
  return {
    type: "library",
    name,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    hashes: [{ alg: "SHA-512", content: Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex") }],
    ...(license && { licenses: [{ expression: license }] }),
  };
}
