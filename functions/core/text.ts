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

/** The text without any of the secrets, however a server echoes them: as they are, in base64, URL-encoded or as a JSON string. */
export function redact(text: string, secrets: readonly string[]): string {
  const longestFirst = secrets.flatMap(spellings).sort((one, other) => other.length - one.length);
  return longestFirst.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
}

function spellings(secret: string): string[] {
  if (secret === "") return [];
  const bytes = Array.from(new TextEncoder().encode(secret), (byte) => String.fromCharCode(byte));
  const base64 = btoa(bytes.join("")).replace(/=+$/, "");
  const base64url = base64.replaceAll("+", "-").replaceAll("/", "_");
  const encoded = encodeURIComponent(secret);
  const lowerCase = encoded.replace(/%../g, (byte) => byte.toLowerCase());
  return [secret, encoded, lowerCase, base64, base64url, JSON.stringify(secret).slice(1, -1)];
}
