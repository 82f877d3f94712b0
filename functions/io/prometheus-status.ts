import { UpstreamError } from "../core/errors.ts";
import { isObject, valueAt } from "../core/json.ts";
import { get, parseJson, type Wire } from "./http.ts";

const EXCERPT = 2_000;

/** What a source answers where a pass asks for the alerts, as a text; empty where it does not answer. */
export async function readAnswer(wire: Wire, prefix: string): Promise<string> {
  return orNothing(async () => (await get(wire, `${prefix}/api/v1/alerts`)).body.slice(0, EXCERPT), "");
}

/** What a source says of its own build; undefined where it says nothing. */
export function readBuild(wire: Wire, prefix: string): Promise<unknown> {
  return orNothing(async () => valueAt(await ask(wire, `${prefix}/api/v1/status/buildinfo`), ["data"]), undefined);
}

/** The URLs that a source pushes its alerts to; undefined where it does not say. */
export async function readPushTargets(wire: Wire, prefix: string): Promise<readonly string[] | undefined> {
  const found = await orNothing(
    async () => valueAt(await ask(wire, `${prefix}/api/v1/alertmanagers`), ["data", "activeAlertmanagers"]),
    undefined,
  );
  return Array.isArray(found) ? found.filter(isObject).map(({ url }) => String(url)) : undefined;
}

async function ask(wire: Wire, path: string): Promise<unknown> {
  const response = await get(wire, path);
  return response.status === 200 ? parseJson(response, path) : undefined;
}

// These are no part of a pass: whoever does not serve them is none the worse for it.
async function orNothing<T>(read: () => Promise<T>, nothing: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return nothing;
  }
}
