// Reads the alerts of a source that many clusters share: what is larger than one answer may be is asked for rule by rule.

import { UpstreamError } from "../../core/errors.ts";
import { isObject } from "../../core/json.ts";
import { CLUSTER_MS } from "../../core/limits.ts";
import type { Alerts } from "../../core/prometheus/alert.ts";
import { alertsInRules } from "../../core/prometheus/rule-health.ts";
import type { Client } from "../http/client.ts";
import { type Answer, MAX_QUERY, pagesOfRules, readAlerts, ruleNames, toAlerts } from "./prometheus.ts";

// Of all answers together, which a run holds for all its clusters.
const MAX_CHARS = 32 * 2 ** 20;

/**
 * Asks which of the `wanted` alerts are pending and firing; an {@link UpstreamError} where the source does not say, or where they are more
 * than 32 MiB. The Alerts API knows no filter; the rules API lists the same alerts below the rules that are asked for by name.
 */
export async function readSharedAlerts(client: Client, prefix: string, wanted: ReadonlySet<string>): Promise<Alerts> {
  try {
    return await readAlerts(client, prefix, wanted);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    // Those who wait for it have no more time.
    const deadline = client.clock.monotonicMs() + CLUSTER_MS;
    return toAlerts(joined(await readByRule({ ...client, deadline }, prefix, [...wanted])), wanted);
  }
}

// Each half alone where an answer is too large. One after the other, for each is parsed as a whole.
async function readByRule(client: Client, prefix: string, names: readonly string[], left = MAX_CHARS): Promise<readonly Part[]> {
  const part = await readPart(client, prefix, names, left);
  if (part !== undefined) return [part];
  const half = Math.ceil(names.length / 2);
  const first = await readByRule(client, prefix, names.slice(0, half), left);
  const second = await readByRule(
    client,
    prefix,
    names.slice(half),
    first.reduce((rest, { chars }) => rest - chars, left),
  );
  return [...first, ...second];
}

/** What was answered about some rules: their alerts, how long the answer was, its warnings, and what of it must not be seen. */
type Part = {
  readonly alerts: readonly unknown[];
  readonly chars: number;
  readonly warnings: readonly unknown[];
  readonly secrets: readonly string[];
};

// Undefined where the answer is too large, and may be smaller.
async function readPart(client: Client, prefix: string, names: readonly string[], left: number): Promise<Part | undefined> {
  const query = `type=alert${ruleNames(names)}`;
  if (query.length > MAX_QUERY && names.length > 1) return undefined;
  try {
    const pages: Answer[] = [];
    let chars = 0;
    for await (const page of pagesOfRules(client, prefix, query)) {
      chars += page.chars;
      if (chars > left) throw new UpstreamError("too-large", `the alerts of a source are more than ${MAX_CHARS / 2 ** 20} MiB`);
      pages.push(page);
    }
    return partOf(pages, chars, new Set(names));
  } catch (error) {
    if (isTooLarge(error) && names.length > 1) return undefined;
    throw error;
  }
}

function partOf(pages: readonly Answer[], chars: number, names: ReadonlySet<string>): Part {
  return {
    alerts: pages.flatMap(({ body }) => alertsInRules(body, names)),
    chars,
    warnings: pages.flatMap(({ body }) => (isObject(body) ? [body.warnings ?? []].flat() : [])),
    secrets: pages.flatMap(({ secrets }) => secrets),
  };
}

// As the Alerts API would have answered.
function joined(parts: readonly Part[]): Pick<Answer, "body" | "secrets"> {
  const data = { alerts: parts.flatMap(({ alerts }) => alerts) };
  const warnings = [...new Set(parts.flatMap((part) => part.warnings))];
  return { body: { status: "success", data, warnings }, secrets: [...new Set(parts.flatMap(({ secrets }) => secrets))] };
}

function isTooLarge(error: unknown): boolean {
  return error instanceof UpstreamError && error.code === "too-large";
}
