// Reads the stack of the last release, as `npm run release:record` has left it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "../../infra/stack/stack.ts";

export const RELEASED = join(import.meta.dirname, "released");

/** The last release: its version, its template with placeholders, and the parameters that fill them. */
export function lastRelease(): Pick<Stack, "version" | "template" | "parameters"> {
  const [file = ""] = readdirSync(RELEASED);
  return { version: file.replace(/\.json$/, ""), ...JSON.parse(readFileSync(join(RELEASED, file), "utf8")) };
}
