// Reads the code as the house rules see it: files, imports, opening sentences, words.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** Everything below a folder or the file itself, by its path from the root of the repository. */
export function filesIn(place: string): readonly string[] {
  if (statSync(join(ROOT, place)).isFile()) return [place];
  const entries = readdirSync(join(ROOT, place), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length + 1));
}

export const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

export const exists = (file: string): boolean => statSync(join(ROOT, file), { throwIfNoEntry: false }) !== undefined;

/** Names directly in a folder: of its folders, and of its files. */
export function namesIn(folder: string): { readonly folders: readonly string[]; readonly files: readonly string[] } {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
  const [folders, files] = [true, false].map((isFolder) => entries.filter((entry) => entry.isDirectory() === isFolder));
  return { folders: folders!.map(({ name }) => name), files: files!.map(({ name }) => name) };
}

/** The longest way through the imports between these files that exist when the code runs: what is loaded late, and types, are none. */
export function longestChain(files: readonly string[]): readonly string[] {
  const imports = new Map(files.map((file) => [file, valueImports(file)]));
  const known = new Map<string, readonly string[]>();
  const chainFrom = (file: string): readonly string[] => {
    const chains = (imports.get(file) ?? []).map((imported) => known.get(imported) ?? chainFrom(imported));
    const chain = [file, ...longest(chains)];
    known.set(file, chain);
    return chain;
  };
  return longest(files.map(chainFrom));
}

function longest(chains: readonly (readonly string[])[]): readonly string[] {
  return chains.reduce((best, chain) => (chain.length > best.length ? chain : best), []);
}

function valueImports(file: string): readonly string[] {
  const statements = read(file).matchAll(/^(?:import|export) (?!type )([^;]*?) from "(\.[^"]+)";/gm);
  return [...statements].filter(([, names = ""]) => !isOnlyTypes(names)).map(([, , path = ""]) => normalize(join(dirname(file), path)));
}

function isOnlyTypes(names: string): boolean {
  const [, inBraces] = /^\{([^}]*)\}$/.exec(names.trim()) ?? [];
  const list = (inBraces ?? "").split(",").filter((name) => name.trim() !== "");
  return list.length > 0 && list.every((name) => name.trim().startsWith("type "));
}

/** Whether a comment stands at the top of the file, or right before what it exports first. */
export function isIntroduced(file: string): boolean {
  const text = read(file);
  return /^(?:#!.*\n)?\/[/*]/.test(text) || /(?:^\/\/.*|\*\/)\nexport /m.test(text.slice(0, text.search(/^export /m) + "export ".length));
}

/** The files that the linter keeps pure. */
export function pureFiles(): readonly string[] {
  const { overrides } = JSON.parse(read(".biome.jsonc").replaceAll(/^\s*\/\/.*$/gm, ""));
  const isPure = ({ linter }: Override) => linter?.rules?.style?.noRestrictedGlobals?.options?.deniedGlobals?.Date !== undefined;
  const places: readonly string[] = overrides.find(isPure).includes;
  return places.flatMap((place) => filesIn(place.replace(/\/\*\*$/, "")));
}

type Override = {
  includes: string[];
  linter?: { rules?: { style?: { noRestrictedGlobals?: { options?: { deniedGlobals?: Record<string, string> } } } } };
};
