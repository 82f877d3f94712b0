// A real VictoriaMetrics that scrapes, and a real vmalert that evaluates rules on it.

import { part } from "../tools/parts/parts.ts";
import { scrapeConfigs, type Targets } from "./real-prometheus.ts";
import { type RealServer, reloadRules, startServer } from "./real-server.ts";

type Store = {
  readonly targets: Targets;
  readonly scrapeMs?: number;
  /** The vmalert whose rules and alerts it shows as its own; without one it shows none. */
  readonly vmalert?: string;
};

/** A VictoriaMetrics, which lets its queries see what was scraped a second ago. */
export function startVictoriaMetrics({ targets, scrapeMs = 500, vmalert }: Store): Promise<RealServer> {
  return startServer({
    part: part("victoria-metrics"),
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
  readonly port?: number;
  readonly rules: object;
  /** The VictoriaMetrics that it asks, and that keeps its alerts. */
  readonly store: string;
  readonly evaluateMs?: number;
  /** Whether it looks for its alerts in the store when it starts. */
  readonly restores?: boolean;
  /** Where it pushes to: the content of the file of -notifier.config. */
  readonly notifier?: object;
};

/** A vmalert that evaluates what is there now, where it would be 30 s behind by default. */
export async function startVmalert({ port, rules, store, evaluateMs = 2_000, restores = true, notifier }: Settings): Promise<RealVmalert> {
  const server = await startServer({
    part: part("victoria-metrics"),
    binary: "vmalert",
    flags: (folder, listen) => [
      `-httpListenAddr=${listen}`,
      `-rule=${folder}/rules.yml`,
      `-evaluationInterval=${evaluateMs}ms`,
      "-rule.evalDelay=1s",
      `-datasource.url=${store}`,
      `-remoteWrite.url=${store}`,
      "-remoteWrite.flushInterval=1s",
      ...(restores ? [`-remoteRead.url=${store}`] : []),
      notifier === undefined ? "-notifier.blackhole" : `-notifier.config=${folder}/notifier.yml`,
    ],
    files: { "rules.yml": rules, "notifier.yml": notifier ?? {} },
    readyPath: "/health",
    port,
  });
  return {
    ...server,
    async reload(changed) {
      await server.write("rules.yml", changed);
      await reloadRules(server.url);
    },
  };
}
