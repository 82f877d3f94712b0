import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FUNCTIONS = join(import.meta.dirname, "../../functions");

/** All words with two capitals in the code of the functions, and so every metric that they send. */
export function namedInCode(): ReadonlySet<string> {
  const files = [".", "core"].flatMap((folder) => readdirSync(join(FUNCTIONS, folder)).map((file) => join(FUNCTIONS, folder, file)));
  const sources = files.filter((file) => file.endsWith(".ts"));
  return new Set(sources.flatMap((file) => readFileSync(file, "utf8").match(/\b[A-Z][a-z]+[A-Z]\w+\b/g) ?? []));
}
