import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ConfigError } from "../core/errors.ts";
import { type ParsedFleet, parseFleet } from "../core/fleet.ts";

/** A fleet, and the folder that its `file:` references are relative to. */
export type LoadedFleet = { readonly fleet: ParsedFleet; readonly folder: string };

/** Reads the fleet from `file:PATH` or a plain path, YAML or JSON; a {@link ConfigError} names the place and what is wrong there. */
export async function loadFleet(uri: string): Promise<LoadedFleet> {
  const [, scheme, path = uri] = /^([a-z0-9]{2,}):(.*)$/.exec(uri) ?? [];
  if (scheme !== undefined && scheme !== "file") throw new ConfigError(`${uri}: a fleet is read from file:PATH or a plain path`);
  try {
    return { fleet: parseFleet(await parseText(await readText(path))), folder: dirname(resolve(path)) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${path}: ${error.message}`);
  }
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(
      error.code === "ENOENT" ? "there is no such file: name the fleet file with --fleet, or in FLEET" : `cannot be read: ${error.code}`,
    );
  });
}

async function parseText(text: string): Promise<unknown> {
  // Under `default`, for once bundled, what a CommonJS package exports stands only there.
  const { LineCounter, parseDocument } = (await import("yaml")).default;
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: "error" });
  const [error] = document.errors;
  if (error === undefined) return resolved(document);
  const { line, col } = lineCounter.linePos(error.pos[0]);
  // What follows a colon or a backslash in the library's messages repeats what the file holds.
  throw new ConfigError(`line ${line}, column ${col}: ${error.message.replace(/[:\\].*/s, "").trim()}`);
}

// Thousands of clusters may share what one anchor holds; aliases of aliases soon are more than that.
const MOST_ALIASES = 100_000;

function resolved(document: { toJS(options: { maxAliasCount: number }): unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ConfigError("an alias (*name) follows no anchor (&name) of that name, or aliases multiply what the file holds");
  }
}
