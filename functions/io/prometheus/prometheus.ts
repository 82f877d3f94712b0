// What a pass asks a source of alerts and an Alertmanager.

import { type Code, UpstreamError } from "../../core/errors.ts";
import { isObject } from "../../core/json.ts";
import { type Alert, type Alerts, parseAlerts } from "../../core/prometheus/alert.ts";
import {
  type Evidence,
  nextPageOf,
  parseRules,
  parseStartTime,
  type RuleGroup,
  type RuleState,
} from "../../core/prometheus/rule-health.ts";
import { parseSilences, type Silences } from "../../core/prometheus/silence.ts";
import { redact } from "../../core/text.ts";
import { parseTimeMs } from "../../core/time.ts";
import type { Client } from "../http/client.ts";
import { get } from "../http/request.ts";
import { parseBody, type Response, refusal } from "../http/response.ts";

/**
 * Asks a source which of the `wanted` alerts are pending and firing; an {@link UpstreamError} where it does not say.
 *
 * https://prometheus.io/docs/prometheus/latest/querying/api/#alerts
 */
export async function readAlerts(client: Client, prefix: string, wanted: ReadonlySet<string>): Promise<Alerts> {
  return toAlerts(await ask(client, `${prefix}/api/v1/alerts`), wanted);
}

/** The `wanted` alerts of an answer, without what was sent and must not be seen. */
export function toAlerts({ body, secrets }: Pick<Answer, "body" | "secrets">, wanted: ReadonlySet<string>): Alerts {
  try {
    const alerts = parseAlerts(withoutSecretsInWarnings(body, secrets), wanted);
    return { ...alerts, firing: withoutSecrets(alerts.firing, secrets) };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new UpstreamError(error.code, repeats(body, secrets) ? "the answer of the Alerts API repeats the login" : error.why);
  }
}

// Before they are cut.
function withoutSecretsInWarnings(body: unknown, secrets: readonly string[]): unknown {
  if (!isObject(body) || !Array.isArray(body.warnings)) return body;
  return { ...body, warnings: body.warnings.map((warning: unknown) => (typeof warning === "string" ? redact(warning, secrets) : warning)) };
}

// The message of a malformed answer tells the names of its fields.
function repeats(body: unknown, secrets: readonly string[]): boolean {
  const text = isObject(body) ? Object.keys(body).join(" ") : "";
  return redact(text, secrets) !== text;
}

// Every reader of the condition sees the runbook.
function withoutSecrets(firing: Alerts["firing"], secrets: readonly string[]): Alerts["firing"] {
  if (secrets.length === 0) return firing;
  const clean = (alert: Alert): Alert => {
    const { runbook_url: url } = alert.annotations;
    return url === undefined ? alert : { ...alert, annotations: { ...alert.annotations, runbook_url: redact(url, secrets) } };
  };
  return new Map([...firing].map(([name, alerts]) => [name, alerts.map(clean)]));
}

/**
 * Asks a source for the `wanted` rules, its start time and its clock. A source that keeps them to itself is evidence too: of nothing.
 *
 * https://prometheus.io/docs/prometheus/latest/querying/api/#rules
 */
export async function readEvidence(client: Client, prefix: string, wanted: ReadonlySet<string>): Promise<Evidence> {
  try {
    const [{ groups, dateMs }, startMs] = await Promise.all([readRules(client, prefix, wanted), readStartTime(client, prefix)]);
    const nowMs = client.clock.nowMs();
    const sourceNowMs = dateMs ?? nowMs;
    return { was: "asked", groups, ageMs: startMs === undefined ? undefined : sourceNowMs - startMs, skewMs: sourceNowMs - nowMs };
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return { was: "unreadable", code: error.code };
  }
}

type Rules = { readonly groups: readonly RuleGroup[]; readonly dateMs: number | undefined };

/** What proxies and load balancers take as a URL: a longer question goes without the names, and the answer is filtered here. */
export const MAX_QUERY = 6_000;
// What is asked of a source that pages by itself, and the pages that are followed.
const GROUP_LIMIT = 500;
const MAX_PAGES = 50;

// Asked for by name, a source with megabytes of rules answers with a few of them; one that does not know the filter ignores it.
async function readRules(client: Client, prefix: string, wanted: ReadonlySet<string>): Promise<Rules> {
  const names = ruleNames([...wanted]);
  const query = `type=alert&exclude_alerts=true${names.length > MAX_QUERY ? "" : names}`;
  const groups: RuleGroup[] = [];
  let dateMs: number | undefined;
  for await (const { body, date, secrets } of pagesOfRules(client, prefix, query)) {
    const toldMs = parseTimeMs(date);
    if (!Number.isNaN(toldMs)) dateMs = toldMs;
    const rules = parseRules(body, dateMs ?? client.clock.nowMs(), wanted);
    for (const group of rules.groups) groups.push(secrets.length === 0 ? group : withoutSecretErrors(group, secrets));
  }
  return { groups, dateMs };
}

/** What the rules API answers to a query, page by page. */
export async function* pagesOfRules(client: Client, prefix: string, query: string): AsyncGenerator<Answer> {
  let paging = "";
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await ask(client, `${prefix}/api/v1/rules?${query}${paging}`);
    yield answer;
    const next = nextPageOf(answer.body);
    if (next === undefined) return;
    paging = `&group_limit=${GROUP_LIMIT}&group_next_token=${encodeURIComponent(next.toWellFormed())}`;
  }
  throw new UpstreamError("too-large", `the rules API answers with more than ${MAX_PAGES} pages`);
}

/** The part of a query that asks for rules by name. */
export function ruleNames(names: readonly string[]): string {
  return names.map((name) => `&rule_name%5B%5D=${encodeURIComponent(name.toWellFormed())}`).join("");
}

function withoutSecretErrors(group: RuleGroup, secrets: readonly string[]): RuleGroup {
  const clean = ({ lastError, ...rule }: RuleState): RuleState =>
    lastError === undefined ? rule : { ...rule, lastError: redact(lastError, secrets) };
  return { ...group, rules: new Map([...group.rules].map(([name, rules]) => [name, rules.map(clean)])) };
}

// Prometheus has one; Mimir and Amazon Managed Prometheus, which never start, have none.
async function readStartTime(client: Client, prefix: string): Promise<number | undefined> {
  try {
    return parseStartTime((await ask(client, `${prefix}/api/v1/status/runtimeinfo`)).body);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return undefined;
  }
}

/** Asks an Alertmanager for all that it knows to fire; an {@link UpstreamError} where it does not say. */
export async function readSilences(client: Client, prefix: string): Promise<Silences> {
  const { body } = await ask(client, `${prefix}/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true`);
  return parseSilences(body);
}

const MEANINGS: Readonly<Record<number, Code>> = { 401: "unauthorized", 403: "forbidden", 404: "not-found", 429: "throttled" };

/** The body of an answer as JSON and how long it was, the server's own clock, and what was sent and must not be seen. */
export type Answer = { readonly body: unknown; readonly chars: number } & Pick<Response, "date" | "secrets">;

/** The answer to a GET; an {@link UpstreamError} for any other status than 200. */
export async function ask(client: Client, path: string): Promise<Answer> {
  const response = await get(client, path);
  const { status, what, date, secrets } = response;
  if (status !== 200) throw refusal(MEANINGS[status] ?? "unavailable", what, response);
  return { body: parseBody(response, what), chars: response.body.length, date, secrets };
}
