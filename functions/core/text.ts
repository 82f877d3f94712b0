// Text that came from elsewhere, on its way to a terminal, a log line, a condition or an outcome.

// Control characters, and the marks that reorder or hide what follows them on a terminal.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** Text that came from elsewhere, made fit for a terminal, a log line or an outcome. */
export function sanitize(text: string, maxLength = 300): string {
  const line = text
    .slice(0, maxLength * 2)
    .replace(UNPRINTABLE, " ")
    .trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 1)}…` : line;
}

/** The text, cut where it would take more bytes in UTF-8. */
export function truncateBytes(text: string, most: number): string {
  const encoder = new TextEncoder();
  if (encoder.encode(text).length <= most) return text;
  const ellipsis = "…";
  const { read } = encoder.encodeInto(text, new Uint8Array(most - encoder.encode(ellipsis).length));
  return text.slice(0, read) + ellipsis;
}

/** Which of two texts comes first wherever it runs, for `sort`: by code units. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

const REDACTED = "[redacted]";
// What is shorter stands in every other word.
const MIN_SECRET_BYTES = 4;

/**
 * The text without any of the secrets, however a server echoes them: as they are, in base64, URL-encoded or as a JSON string. It comes
 * before any cut: what is left of a secret that was cut is not known again.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const spans = secrets.flatMap(spellings).flatMap((spelling) => spansOf(text, spelling));
  let shown = "";
  let at = 0;
  for (const [start, end] of spans.sort(([one], [other]) => one - other)) {
    if (start >= at) shown += text.slice(at, start) + REDACTED;
    at = Math.max(at, end);
  }
  return shown + text.slice(at);
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
  const base64 = btoa(Array.from(encoded, (byte) => String.fromCharCode(byte)).join("")).replace(/=+$/, "");
  const base64url = base64.replaceAll("+", "-").replaceAll("/", "_");
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const lowerCase = inUrl.replace(/%../g, (byte) => byte.toLowerCase());
  return [...new Set([secret, inUrl, lowerCase, base64, base64url, JSON.stringify(secret).slice(1, -1)])];
}
