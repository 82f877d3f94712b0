import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FUNCTIONS = join(import.meta.dirname, "../../functions");

/** All words with two capitals in the code of the functions, and so every metric that they send. */
export function namedInCode(): ReadonlySet<string> {
  const sources = readdirSync(FUNCTIONS, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  return new Set(sources.flatMap((file) => readFileSync(join(FUNCTIONS, file), "utf8").match(/\b[A-Z][a-z]+[A-Z]\w+\b/g) ?? []));
}
