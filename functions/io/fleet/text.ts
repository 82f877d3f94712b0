// A fleet file's text becomes a document: at a cost that is linear in its size, and with errors that repeat nothing of it.

import { ConfigError } from "../../core/errors.ts";
import { isDeeperThan } from "../../core/json.ts";

// A fleet has seven levels; what is deeper overflows the stack of what walks through it.
const MAX_DEPTH = 64;

/** What a place holds now, and the mark by which it is known again; `version` is the name that the place itself gives to it. */
type FleetText = { readonly text: string; readonly mark?: string; readonly version?: string };

/** Where a fleet is kept. `folder` is what its `file:` references are relative to; a remote fleet has none. */
export type FleetPlace = {
  readonly folder: string | undefined;
  /** Undefined where the place still holds what `known` marks; a {@link ConfigError} says why it cannot be read and what to do. */
  read(known?: string): Promise<FleetText | undefined>;
};

/** The document that a YAML or JSON text holds; a {@link ConfigError} names the line, and never repeats what stands there. */
export async function parseText(text: string): Promise<unknown> {
  const document = asWritten(text) ?? (await parseYaml(text));
  if (isDeeperThan(document, MAX_DEPTH)) throw new ConfigError(`it is nested deeper than ${MAX_DEPTH} levels`);
  return document;
}

async function parseYaml(text: string): Promise<unknown> {
  // Under `default`, for once bundled, what a CommonJS package exports stands only there.
  const { isScalar, LineCounter, parseDocument, visit } = (await import("yaml")).default;
  const lineCounter = new LineCounter();
  // The library's own search for keys that stand twice takes the square of their number: six seconds for 20,000.
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
  // What follows a colon or a backslash in the library's messages repeats what the file holds.
  throw new ConfigError(`line ${line}, column ${col}: ${problem.message.replace(/[:\\].*/s, "").trim()}`);
}

/** A document as {@link asWritten} knows it again. */
export function toText(document: unknown): string {
  return JSON.stringify(document);
}

// A hundred times faster than YAML, for what `fleet push` writes. All else may hold what JSON.parse lets pass, such as a key that stands twice.
function asWritten(text: string): unknown {
  if (!text.startsWith("{")) return undefined;
  try {
    const document: unknown = JSON.parse(text);
    return isDeeperThan(document, MAX_DEPTH) || toText(document) === text ? document : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

// Thousands of clusters may share what one anchor holds; aliases of aliases soon are more than that.
const MAX_ALIASES = 100_000;

function resolve(document: { toJS(options: { maxAliasCount: number }): unknown }): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    throw new ConfigError("an alias (*name) follows no anchor (&name) of that name, or aliases multiply what the file holds");
  }
}
