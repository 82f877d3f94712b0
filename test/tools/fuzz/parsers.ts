// Feeds every parser of foreign documents with odd ones, and holds it to an error of its own and to little time.

import { parseKubeconfig, selectContext } from "../../../functions/core/access/kubeconfig.ts";
import { ConfigError, UpstreamError } from "../../../functions/core/errors.ts";
import { parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { isResource, parseResourceList } from "../../../functions/core/kubernetes/item.ts";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { judgedPaths } from "../../../functions/core/profile/paths.ts";
import { parseAlerts } from "../../../functions/core/prometheus/alert.ts";
import { parseRules, parseStartTime } from "../../../functions/core/prometheus/rule-health.ts";
import { parseSilences } from "../../../functions/core/prometheus/silence.ts";
import { parseDirectRequest, parseReconcileRequest, parseTick } from "../../../functions/core/request.ts";
import { planWith } from "../../../functions/core/verdict/plan.ts";
import { parsePostedAlerts, parseWebhook } from "../../../functions/receive/alerts.ts";
import { parseSnsMessage } from "../../../functions/receive/sns-message.ts";
import { aGroup, aPosted, NOW_MS } from "../../receive/pushes.ts";
import { alertsBody, anAlert, aReading, aResource, inMode, kinds, knowing, standing } from "../../support/builders.ts";
import { aMessage } from "../../support/queue-messages.ts";
import { rulesBody } from "../../support/simulator/evidence.ts";
import { mutate, randomFrom } from "./mutate.ts";

/** `isText`: the parser takes the JSON text of the document. */
type Parser = { readonly good: unknown; readonly isText?: true; readonly parse: (document: unknown) => unknown };

const MAX_BLOCK_MS = 50;
const of = kinds.TracePipeline;
const paths = judgedPaths([kymaTelemetry], of);
const firing = [anAlert("TraceGatewayThrottling"), anAlert("TraceGatewayAllDataDropped", { pipeline_name: undefined })];
const plan = planWith([inMode("own", kymaTelemetry)], knowing(aReading({ firing })), () => "2026-01-01T00:00:00Z");
const managedFields = [{ manager: "a", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:status": { "f:conditions": {} } } }];
const resource = aResource({ conditions: [standing("TelemetryFlowHealthy"), standing("GatewayHealthy")], managedFields });
const cluster = {
  name: "eu",
  labels: { a: "b" },
  kubernetes: { server: "https://a.example", auth: { token: { ssm: "/a" } } },
  alerts: { url: "https://b.example" },
};

const text = (parse: (text: string) => unknown) => (document: unknown) => parse(String(document));

const parsers: Readonly<Record<string, Parser>> = {
  alerts: { good: alertsBody({ firing, pending: firing }), parse: parseAlerts },
  rules: { good: rulesBody({}), parse: (body) => parseRules(body, NOW_MS) },
  "start time": {
    good: { status: "success", data: { startTime: "2026-01-01T00:00:00Z", reloadConfigSuccess: true } },
    parse: parseStartTime,
  },
  silences: {
    good: [{ labels: { alertname: "A" }, status: { state: "suppressed", silencedBy: ["a"], inhibitedBy: [] } }],
    parse: parseSilences,
  },
  lists: {
    good: { metadata: { continue: "more" }, items: [resource.object, resource.object] },
    parse: (body) => parseResourceList(of, body, paths, 50_000).items.filter(isResource).map(plan),
  },
  fleet: {
    good: { defaults: { mode: "own" }, clusters: [cluster, cluster], profiles: { own: kymaTelemetry } },
    parse: (document) => parseFleet(document),
  },
  kubeconfig: {
    good: {
      "current-context": "a",
      contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
      clusters: [{ name: "a", cluster: { server: "https://a.example" } }],
      users: [{ name: "a", user: { token: "t" } }],
    },
    parse: (document) => {
      const config = parseKubeconfig(document);
      return "problem" in config ? config : selectContext(config, undefined);
    },
  },
  requests: { isText: true, good: JSON.parse(aMessage().body), parse: text(parseReconcileRequest) },
  payloads: { good: { clusters: ["eu"], selector: "a=b", dryRun: true }, parse: parseDirectRequest },
  ticks: { good: { time: "2026-01-01T00:00:00Z" }, parse: parseTick },
  pushes: { isText: true, good: [aPosted("A"), aPosted("B")], parse: text((body) => parsePostedAlerts(body, NOW_MS)) },
  webhooks: { isText: true, good: aGroup([aPosted("A")]), parse: text(parseWebhook) },
  notices: {
    good: ["Alerts Firing:", "Labels:", " - alertname = A", "Annotations:", "Source: x", "Alerts Resolved:", "Labels:", " - alertname = B"],
    parse: (lines) => parseSnsMessage((Array.isArray(lines) ? lines : []).filter((line) => typeof line === "string").join("\n"), false),
  },
};

/** Parses so many odd documents of each parser in turn; throws at the first crash or block. */
export function fuzzParsers({
  seed,
  numRuns,
}: {
  readonly seed: number;
  readonly numRuns: number;
}): ReadonlyMap<string, { runs: number; slowestMs: number }> {
  const random = randomFrom(seed);
  const names = Object.keys(parsers);
  const seen = new Map(names.map((name) => [name, { runs: 0, slowestMs: 0 }]));
  for (let run = 0; run < numRuns; run++) {
    const name = names[run % names.length]!;
    const { good, isText, parse } = parsers[name]!;
    const mutant = mutate(good, random);
    const document = isText ? textOf(mutant) : mutant;
    const tally = seen.get(name)!;
    tally.runs++;
    tally.slowestMs = Math.max(tally.slowestMs, blockOf(name, parse, document));
  }
  return seen;
}

// The CPU that a document takes; what seems slow is tried again, for the process also collects garbage and compiles.
function blockOf(name: string, parse: Parser["parse"], document: unknown): number {
  let blockMs = cpuMs(name, parse, document);
  for (let attempt = 0; attempt < 3 && blockMs > MAX_BLOCK_MS; attempt++) blockMs = Math.min(blockMs, cpuMs(name, parse, document));
  if (blockMs > MAX_BLOCK_MS) throw new Error(`${name}: ${Math.round(blockMs)} ms of CPU for ${excerptOf(document)}`);
  return blockMs;
}

function cpuMs(name: string, parse: Parser["parse"], document: unknown): number {
  const before = process.threadCpuUsage();
  try {
    parse(document);
  } catch (error) {
    if (!(error instanceof UpstreamError || error instanceof ConfigError))
      throw new Error(`${name}: crashed for ${excerptOf(document)}`, { cause: error });
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

function excerptOf(document: unknown): string {
  return textOf(document).slice(0, 2_000);
}

function textOf(document: unknown): string {
  try {
    return JSON.stringify(document) ?? "";
  } catch {
    // What is nested so deep that it has no text stands for itself.
    return `${"[".repeat(5_000)}${"]".repeat(5_000)}`;
  }
}
