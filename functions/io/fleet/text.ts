// Parses the text of a fleet at a cost linear in its size, with errors that repeat none of its content.

import { ConfigError } from "../../core/errors.ts";
import { isDeeperThan } from "../../core/json.ts";

// A fleet has seven levels; deeper nesting could overflow the stack of recursive code.
const MAX_DEPTH = 64;

/** The text at a place, the mark by which the next read recognizes it, and the version that the place itself names. */
type FleetText = { readonly text: string; readonly mark?: string; readonly version?: string };

/** The place of a fleet. `folder` is the base of its `file:` references; a remote fleet has none. */
export type FleetPlace = {
  readonly folder: string | undefined;
  /** Undefined where the text still has the mark `lastMark`; a {@link ConfigError} says why it cannot be read and what to do. */
  read(lastMark?: string): Promise<FleetText | undefined>;
};

/** The document of a YAML or JSON text; a {@link ConfigError} names the line, and never repeats its content. */
export async function parseText(text: string): Promise<unknown> {
  const document = parseOwnJson(text) ?? (await parseYaml(text));
  if (isDeeperThan(document, MAX_DEPTH)) throw new ConfigError(`it is nested deeper than ${MAX_DEPTH} levels`);
  return document;
}

async function parseYaml(text: string): Promise<unknown> {
  // Bundling puts the exports of a CommonJS package under `default` only.
  const { isScalar, LineCounter, parseDocument, visit } = (await import("yaml")).default;
  const lineCounter = new LineCounter();
  // The library's own check for duplicate keys is quadratic: six seconds for 20,000 keys.
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false, logLevel: "error", uniqueKeys: false });
  const problems = document.errors.map(({ pos, message }) => ({ at: pos[0], message }));
  visit(document, {
    Map(_, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) problems.push({ at: key.range?.[0] ?? 0, message: "Map keys must be unique" });
        keys.add(key.value);
      }
    },
  });
  const [problem] = problems.sort((one, other) => one.at - other.at);
  if (problem === undefined) return resolve(document);
  const { line, col } = lineCounter.linePos(problem.at);
  // After a colon or a backslash, the library's messages repeat the content of the file.
  throw new ConfigError(`line ${line}, column ${col}: ${problem.message.replace(/[:\\].*/s, "").trim()}`);
}

/** The text that `fleet push` writes, which {@link parseOwnJson} recognizes. */
export function toText(document: unknown): string {
  return JSON.stringify(document);
}

// JSON.parse is a hundred times faster than YAML, but accepts duplicate keys: only the exact text of `fleet push` is taken this way.
function parseOwnJson(text: string): unknown {
  if (!text.startsWith("{")) return undefined;
  try {
    const document: unknown = JSON.parse(text);
    return isDeeperThan(document, MAX_DEPTH) || toText(document) === text ? document : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

// Thousands of clusters may share one anchor; nested aliases multiply beyond that.
const MAX_ALIASES = 100_000;

function resolve(document: { toJS(options: { maxAliasCount: number }): unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ConfigError("an alias (*name) has no anchor (&name) before it, or nested aliases multiply the content");
  }
}
