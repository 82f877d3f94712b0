// A real VictoriaMetrics that scrapes, and a real vmalert that evaluates rules on it.

import { part } from "../tools/parts/parts.ts";
import { scrapeConfigs, type Targets } from "./real-prometheus.ts";
import { type RealServer, reloadRules, startServer } from "./real-server.ts";

type Version = "victoria-metrics" | "victoria-metrics-1.79";

type Store = {
  readonly version?: Version;
  readonly targets: Targets;
  readonly scrapeMs?: number;
  /** The vmalert whose rules and alerts it shows as its own; without one it shows none. */
  readonly vmalert?: string;
};

/** A VictoriaMetrics, which lets its queries see what was scraped a second ago. */
export function startVictoriaMetrics({ version = "victoria-metrics", targets, scrapeMs = 500, vmalert }: Store): Promise<RealServer> {
  return startServer({
    part: part(version),
    binary: "victoria-metrics",
    flags: (folder, listen) => [
      `-httpListenAddr=${listen}`,
      `-storageDataPath=${folder}/data`,
      `-promscrape.config=${folder}/scrape.yml`,
      "-search.latencyOffset=1s",
      ...(vmalert === undefined ? [] : [`-vmalert.proxyURL=${vmalert}`]),
    ],
    files: { "scrape.yml": { global: { scrape_interval: `${scrapeMs}ms` }, scrape_configs: scrapeConfigs(targets) } },
    readyPath: "/health",
  });
}

export type RealVmalert = RealServer & {
  /** From now on these are its rules. */
  reload(rules: object): Promise<void>;
};

type Settings = {
  readonly version?: Version;
  readonly port?: number;
  /** An older one gets them without `keep_firing_for`, as `rules render --without keep_firing_for` prints them. */
  readonly rules: object;
  /** The VictoriaMetrics that it asks, and that keeps its alerts. */
  readonly store: string;
  readonly evaluateMs?: number;
  /** Whether it looks for its alerts in the store when it starts. */
  readonly restores?: boolean;
  /** Where it pushes to: the content of the file of -notifier.config. */
  readonly notifier?: object;
};

const notified = "-notifier.config=notifier.yml";
// The older one evaluates what is there now by itself, and pushes nowhere where its configuration names nothing. A group of it that waits for
// its first evaluation is deaf to a reload.
const versions = {
  "victoria-metrics": {
    evaluatesNow: ["-rule.evalDelay=1s"],
    isQuiet: "-notifier.blackhole",
    taken: (rules: object) => rules,
    reloads: true,
  },
  "victoria-metrics-1.79": { evaluatesNow: [], isQuiet: notified, taken: withoutKeepFiringFor, reloads: false },
} as const;

/** A vmalert that evaluates what is there now. */
export async function startVmalert({ version = "victoria-metrics", port, rules, store, ...more }: Settings): Promise<RealVmalert> {
  const { evaluateMs = 2_000, restores = true, notifier } = more;
  const { evaluatesNow, isQuiet, taken, reloads } = versions[version];
  const server = await startServer({
    part: part(version),
    binary: "vmalert",
    flags: (folder, listen) => [
      `-httpListenAddr=${listen}`,
      `-rule=${folder}/rules.yml`,
      `-evaluationInterval=${evaluateMs}ms`,
      `-datasource.url=${store}`,
      `-remoteWrite.url=${store}`,
      "-remoteWrite.flushInterval=1s",
      ...(restores ? [`-remoteRead.url=${store}`] : []),
      ...evaluatesNow,
      notifier === undefined ? isQuiet : notified,
    ],
    files: { "rules.yml": taken(rules), "notifier.yml": notifier ?? {} },
    readyPath: "/health",
    port,
  });
  return {
    ...server,
    async reload(changed) {
      await server.write("rules.yml", taken(changed));
      await (reloads ? reloadRules(server.url) : server.restart());
    },
  };
}

function withoutKeepFiringFor(rules: object): object {
  return JSON.parse(JSON.stringify(rules), (key, value) => (key === "keep_firing_for" ? undefined : value));
}
