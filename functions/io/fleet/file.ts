// Reads a fleet from the file system.

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigError } from "../../core/errors.ts";
import type { FleetPlace } from "./text.ts";

/** A file is read once: the package of a function never changes, and each run of a command reads it again. */
export function filePlace(path: string): FleetPlace {
  return {
    folder: dirname(resolve(path)),
    read: async (lastMark) => (lastMark === undefined ? { text: await readText(path), mark: path } : undefined),
  };
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    throw new ConfigError(
      error.code === "ENOENT" ? "there is no such file: name the fleet file with --fleet, or in FLEET" : `cannot be read: ${error.code}`,
    );
  });
}
