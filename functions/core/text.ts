// Makes text from servers and clusters fit for a terminal, a log line, a condition or an outcome.

import { hasText } from "./json.ts";

// Control characters, and the marks that reorder or hide what follows them on a terminal.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** The text on one line, without control characters, and at most `maxLength` UTF-16 code units long. */
export function sanitize(text: string, maxLength = 300): string {
  const line = text
    .slice(0, maxLength * 2)
    .replace(UNPRINTABLE, " ")
    .trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}

/** The text, truncated to at most `max` bytes of UTF-8. */
export function truncateBytes(text: string, max: number): string {
  const encoder = new TextEncoder();
  if (encoder.encode(text).length <= max) return text;
  const ellipsis = "…";
  const { read } = encoder.encodeInto(text, new Uint8Array(max - encoder.encode(ellipsis).length));
  return text.slice(0, read) + ellipsis;
}

/** `a, b and 3 more`: at most `max` of the names. */
export function shortList(names: readonly string[], max: number): string {
  const more = names.length - max;
  return names.slice(0, max).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** Compares by code units, for a `sort` that does not depend on the locale. */
export function compareText(one: string, other: string): number {
  return Number(one > other) - Number(one < other);
}

const REDACTED = "[redacted]";
// A shorter secret occurs in ordinary words.
const MIN_SECRET_BYTES = 4;

/**
 * The text without any of the secrets, however a server echoes them: as they are, in base64, URL-encoded or as a JSON string. Redact before
 * truncating: the rest of a truncated secret is not recognized.
 */
export function redact(text: string, secrets: readonly string[]): string {
  // No spelling is shorter than its secret, and a token is longer than nearly every text: to spell it costs more than the whole search.
  const spans = secrets
    .filter(({ length }) => length <= text.length)
    .flatMap(spellings)
    .flatMap((spelling) => spansOf(text, spelling));
  let redacted = "";
  let at = 0;
  for (const [start, end] of spans.sort(([one], [other]) => one - other)) {
    if (start >= at) redacted += text.slice(at, start) + REDACTED;
    at = Math.max(at, end);
  }
  return redacted + text.slice(at);
}

// What code decides by is no word of a server.
const DISCRIMINANTS = new Set(["was", "code", "why"]);

/** The value, of JSON, with every text in it redacted; the value itself where none repeats a secret, which is nearly always. */
export function redactAll<T>(value: T, secrets: readonly string[]): T {
  const shortest = Math.min(...secrets.map(({ length }) => length));
  if (!hasText(value, ({ length }) => length >= shortest)) return value;
  const forms = secrets.flatMap(spellings);
  if (!hasText(value, (text) => forms.some((form) => text.includes(form)))) return value;
  const withoutSecrets = (key: string, part: unknown) =>
    typeof part === "string" && !DISCRIMINANTS.has(key) ? redact(part, secrets) : part;
  return JSON.parse(JSON.stringify(value, withoutSecrets));
}

type Span = readonly [start: number, end: number];

function spansOf(text: string, spelling: string): Span[] {
  const spans: Span[] = [];
  for (let start = text.indexOf(spelling); start !== -1; start = text.indexOf(spelling, start + spelling.length))
    spans.push([start, start + spelling.length]);
  return spans;
}

function spellings(secret: string): string[] {
  const encoded = new TextEncoder().encode(secret);
  if (encoded.length < MIN_SECRET_BYTES) return [];
  let binary = "";
  for (const byte of encoded) binary += String.fromCharCode(byte);
  const base64 = btoa(binary).replaceAll("=", "");
  const base64url = base64.replaceAll("+", "-").replaceAll("/", "_");
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const lowerCase = inUrl.replace(/%../g, (byte) => byte.toLowerCase());
  return [...new Set([secret, inUrl, lowerCase, base64, base64url, JSON.stringify(secret).slice(1, -1)])];
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** A text as it stands in an element, or in a quoted attribute, of HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
