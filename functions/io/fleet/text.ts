import { ConfigError } from "../../core/errors.ts";

/** What a place holds now, and the mark by which it is known again. */
type FleetText = { readonly text: string; readonly mark?: string };

/** Where a fleet is kept. `folder` is what its `file:` references are relative to; a remote fleet has none. */
export type FleetPlace = {
  readonly folder: string | undefined;
  /** Undefined where the place still holds what `known` marks; a {@link ConfigError} says why it cannot be read and what to do. */
  read(known?: string): Promise<FleetText | undefined>;
};

/** The document that a YAML or JSON text holds; a {@link ConfigError} names the line, and never repeats what stands there. */
export async function parseText(text: string): Promise<unknown> {
  const written = asWritten(text);
  if (written !== undefined) return written;
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

/** A document as {@link asWritten} knows it again. */
export function toText(document: unknown): string {
  return JSON.stringify(document);
}

// A hundred times faster than YAML, for what `fleet push` writes. All else may hold what JSON.parse lets pass, such as a key that stands twice.
function asWritten(text: string): unknown {
  if (!text.startsWith("{")) return undefined;
  try {
    const document: unknown = JSON.parse(text);
    return toText(document) === text ? document : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
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
