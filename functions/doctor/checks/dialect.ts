// Which program a source is, by what it shows, and what stands where the Alerts API was expected.
import { isObject, type JsonObject, valueAt } from "../../core/json.ts";

/** What a source shows of itself: its URL where it has one, its build as it tells it, and the bodies of its alerts and its rules. */
export type Shown = { readonly url?: string; readonly build: unknown; readonly alerts: unknown; readonly rules: unknown };

/** The program that answers, and what makes it a doubtful source, where something does. */
export type Dialect = { readonly name: string; readonly caveat?: Caveat };

type Caveat = { readonly says: string; readonly remedy: string };
type Facts = { readonly url: string; readonly build: unknown } & Readonly<Record<"data" | "group" | "rule", JsonObject>>;
type Program = { readonly name: string; readonly isIt: (facts: Facts) => boolean; readonly hasVersion?: boolean; readonly caveat?: Caveat };

// Of several that fit the first counts: VictoriaMetrics shows the version of the Prometheus that it stands in for, and Thanos has all of
// Prometheus' API down to the build, and counts its own versions from zero.
const PROGRAMS: readonly Program[] = [
  { name: "Amazon Managed Prometheus", isIt: ({ url }) => /\/\/aps-workspaces\.[\w.-]+\.amazonaws\./.test(url) },
  {
    name: "Grafana",
    isIt: ({ url, group }) => /\/api\/prometheus\/grafana$/.test(url) || "folderUid" in group,
    caveat: {
      says: "Grafana's own alerts: it lists every instance, and a paused rule looks well",
      remedy: "name what evaluates the rules: a data source's own are at /api/prometheus/<uid of the data source>",
    },
  },
  { name: "vmalert, behind VictoriaMetrics", isIt: (facts) => isVictoriaMetrics(facts) && "group_id" in facts.rule },
  {
    name: "VictoriaMetrics",
    isIt: isVictoriaMetrics,
    caveat: {
      says: "VictoriaMetrics, which evaluates no rules itself and shows none of a vmalert",
      remedy: "name vmalert itself in `alerts`, or start VictoriaMetrics with -vmalert.proxyURL",
    },
  },
  { name: "vmalert", isIt: ({ rule }) => "group_id" in rule },
  { name: "Thanos Rule", isIt: ({ data }) => "Alerts" in data, hasVersion: true },
  {
    name: "Thanos Query",
    isIt: ({ build, data, group }) => (isObject(build) && data.alerts === null) || "partialResponseStrategy" in group,
    hasVersion: true,
  },
  { name: "Thanos", isIt: ({ build }) => /^0\./.test(versionOf(build)), hasVersion: true },
  { name: "Cortex or Mimir", isIt: ({ rule }) => rule.lastError === "" },
  { name: "Prometheus", isIt: ({ build }) => isObject(build), hasVersion: true },
];

/** Which program answers, as far as it shows; undefined where nothing tells. */
export function dialectOf({ url = "", build, alerts, rules }: Shown): Dialect | undefined {
  const application = valueAt(build, ["application"]);
  if (typeof application === "string") return { name: `${application} ${versionOf(build)}`.trim() };
  const group = firstAt(rules, ["data", "groups"]);
  const facts = { url, build, data: objectAt(alerts, ["data"]), group, rule: firstAt(group, ["rules"]) };
  const program = PROGRAMS.find(({ isIt }) => isIt(facts));
  if (program === undefined) return undefined;
  const { name, hasVersion = false, caveat } = program;
  return { name: hasVersion ? `${name} ${versionOf(build)}`.trim() : name, ...(caveat && { caveat }) };
}

/** What stands where the Alerts API was expected, by the text that it answers; undefined where that is not known. */
export function mistakenFor(answer: string): { readonly page: string; readonly remedy: string } | undefined {
  if (/^\s*</.test(answer))
    return { page: "a web page", remedy: "use the URL of the API itself: a login page or a dashboard answers at this one" };
  if (/^(alertmanager_config|template_files):/m.test(answer))
    return {
      page: "the Alertmanager configuration of Mimir",
      remedy: "end the URL with /prometheus: that is where Mimir's Alerts API stands",
    };
  return undefined;
}

// Nothing but the version, and an older one not even that.
function isVictoriaMetrics({ build }: Facts): boolean {
  return isObject(build) && Object.keys(build).every((key) => key === "version");
}

function versionOf(build: unknown): string {
  const version = valueAt(build, ["version"]);
  return typeof version === "string" ? version : "";
}

function objectAt(value: unknown, path: readonly string[]): JsonObject {
  const found = valueAt(value, path);
  return isObject(found) ? found : {};
}

function firstAt(value: unknown, path: readonly string[]): JsonObject {
  const list = valueAt(value, path);
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return isObject(first) ? first : {};
}
