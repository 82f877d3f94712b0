// Narrows JSON of unknown shape without trusting any of it.

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isStringRecord(value: unknown): value is Readonly<Record<string, string>> {
  if (!isObject(value)) return false;
  for (const key in value) if (typeof value[key] !== "string") return false;
  return true;
}

/** The parsed text; undefined where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** The value at a path such as `["spec", "output"]`; undefined where the path ends early. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let here = value;
  for (const key of path) here = isObject(here) ? here[key] : undefined;
  return here;
}

const [QUOTE, BACKSLASH] = ['"', "\\"];

/** Whether a JSON text holds more values than that, told without parsing it: each stands behind a comma, a colon or an opening bracket. */
export function hasMoreValues(text: string, max: number): boolean {
  let count = 0;
  for (let at = 0; at < text.length && count <= max; at++) {
    const char = text[at];
    if (char === QUOTE) at = endOfString(text, at);
    else if (char === "," || char === "[" || char === "{" || char === ":") count++;
  }
  return count > max;
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf(QUOTE, start + 1);
  while (isEscaped(text, end)) end = text.indexOf(QUOTE, end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

/** Whether some text in lists and objects, however deep, passes the test; the names of fields are none. */
export function hasText(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === "string") return test(value);
  if (Array.isArray(value)) {
    for (const item of value) if (hasText(item, test)) return true;
    return false;
  }
  if (!isObject(value)) return false;
  for (const key in value) if (hasText(value[key], test)) return true;
  return false;
}

/** Whether lists and objects are nested more than `levels` deep. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
