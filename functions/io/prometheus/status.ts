import { isObject, valueAt } from "../../core/json.ts";
import type { Client } from "../http/client.ts";
import { get } from "../http/request.ts";
import { ask } from "./prometheus.ts";

// These are no part of a pass. Each throws an UpstreamError where the source does not answer, or serves no such thing.

const EXCERPT = 2_000;

/** What a source answers where a pass asks for the alerts, whatever that is, as a text. */
export async function readAnswer(client: Client, prefix: string): Promise<string> {
  return (await get(client, `${prefix}/api/v1/alerts`)).body.slice(0, EXCERPT);
}

/** The body of what a source answers where it is asked for its alerts, or for its rules: as it is, for nothing here rests on it. */
export async function readBody(client: Client, prefix: string, what: "alerts" | "rules"): Promise<unknown> {
  const { body } = await ask(client, `${prefix}/api/v1/${what}${what === "rules" ? "?type=alert&exclude_alerts=true" : ""}`);
  return body;
}

/** What a source says of its own build. */
export async function readBuild(client: Client, prefix: string): Promise<unknown> {
  const { body } = await ask(client, `${prefix}/api/v1/status/buildinfo`);
  return valueAt(body, ["data"]);
}

/** The URLs that a source pushes its alerts to; undefined where it does not say. */
export async function readPushTargets(client: Client, prefix: string): Promise<readonly string[] | undefined> {
  const { body } = await ask(client, `${prefix}/api/v1/alertmanagers`);
  const targets = valueAt(body, ["data", "activeAlertmanagers"]);
  return Array.isArray(targets) ? targets.filter(isObject).map(({ url }) => String(url)) : undefined;
}
