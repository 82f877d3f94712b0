// Records what a source answers at one moment, without the names and times of the machine.

/** One answer; a body that is no JSON is a text. */
type Answer = { readonly status: number; readonly body: unknown };

/** What a source answers at one moment, by its own clock. */
export type Snapshot = { readonly date: string; readonly alerts: Answer; readonly rules: Answer; readonly runtimeinfo: Answer };

/** Where a source is, and what a request to it carries. */
export type Source = { readonly url: string; readonly headers?: Readonly<Record<string, string>> };

const NOW = "Thu, 01 Jan 2026 00:00:00 GMT";
const TIME = /\b2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d/g;
const ADDRESS = /\b127\.0\.0\.1:\d+/g;
const FILE = /\/tmp\/[\w.-]+\/(?:[\w.-]+\/)*([\w.-]+)/g;
// What is long and not read, and what belongs to the machine.
const CUT = new Set(["query", "expression", "source", "CWD", "hostname", "goVersion"]);

/** Asks a source for what a verdict rests on. */
export async function takeSnapshot(source: Source): Promise<Snapshot> {
  const rules = await ask(source, "/api/v1/rules");
  const [alerts, runtimeinfo] = await Promise.all([ask(source, "/api/v1/alerts"), ask(source, "/api/v1/status/runtimeinfo")]);
  const shiftMs = Date.parse(NOW) - Date.parse(rules.date);
  const clean = ({ status, text }: Asked) => ({ status, body: cleanBody(text, shiftMs) });
  return { date: NOW, alerts: clean(alerts), rules: clean(rules), runtimeinfo: clean(runtimeinfo) };
}

/** Asks a source for something that does not change with the time. */
export async function askOnce(source: Source, path: string): Promise<Answer> {
  const { status, text } = await ask(source, path);
  return { status, body: cleanBody(text, 0) };
}

type Asked = { readonly status: number; readonly text: string; readonly date: string };

async function ask({ url, headers = {} }: Source, path: string): Promise<Asked> {
  const response = await fetch(url + path, { headers });
  return { status: response.status, text: await response.text(), date: response.headers.get("date") ?? "" };
}

function cleanBody(text: string, shiftMs: number): unknown {
  const clean = cleanText(text, shiftMs);
  try {
    return JSON.parse(clean, (key, value) => (CUT.has(key) && typeof value === "string" ? "…" : value));
  } catch {
    return clean.trimEnd();
  }
}

function cleanText(text: string, shiftMs: number): string {
  const shifted = (time: string) => new Date(Date.parse(`${time}Z`) + shiftMs).toISOString().slice(0, time.length);
  return text.replace(TIME, shifted).replace(ADDRESS, "server:80").replace(FILE, "/etc/$1");
}
