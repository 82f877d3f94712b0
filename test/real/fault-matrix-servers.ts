// The servers that the fault matrix is played on, each with all that it takes to have it evaluate rules.

import { setTimeout as sleep } from "node:timers/promises";
import { ownPort } from "../support/own-port.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { startCortex } from "../support/real-cortex.ts";
import { type RealPrometheus, startPrometheus, type Targets } from "../support/real-prometheus.ts";
import { startThanosQuery, startThanosRule, startThanosSidecar } from "../support/real-thanos.ts";
import { startVictoriaMetrics, startVmalert } from "../support/real-vmalert.ts";

/** What evaluates, as alertstatus is told of it, and what may become of it. */
export type Evaluator = Pick<RealPrometheus, "url" | "kill" | "loseData" | "stop" | "restart"> & {
  readonly headers?: Readonly<Record<string, string>>;
  /** What answers queries for the samples that it evaluates, where that is not what is asked. */
  readonly samples?: { readonly url: string; readonly headers?: Readonly<Record<string, string>> };
  readonly startedAtMs: number;
  /** What evaluates dies as in a crash, where that is not what is asked. */
  readonly crash?: () => Promise<void>;
  /** What stands behind the source dies alone: of a Prometheus nothing does. */
  readonly killBehind?: () => Promise<void>;
};

export type Settings = { readonly rules: object; readonly targets: Targets } & Omit<
  Partial<Parameters<typeof startPrometheus>[0]>,
  "version"
>;

export type MatrixServer = {
  readonly name: string;
  /** Whether it tells when it started itself: else the watchdog does. */
  readonly tellsStart: boolean;
  /** Whether what evaluates dies with what scrapes, so that a long outage of it leaves a gap in its data. */
  readonly scrapes?: true;
  /** Why a verdict is Unknown where what stands behind the source is dead; undefined where nothing does. */
  readonly becauseBehind?: string;
  readonly start: (settings: Settings) => Promise<Evaluator>;
};

export const prometheus: MatrixServer = { name: "Prometheus 3.16", tellsStart: true, start: (settings) => start("prometheus", settings) };
export const vmalert: MatrixServer = {
  name: "vmalert",
  tellsStart: false,
  becauseBehind: "rules failing: ",
  start: onVmalert("victoria-metrics"),
};
export const victoria: MatrixServer = { name: "VictoriaMetrics before vmalert", tellsStart: false, becauseBehind: "", start: onStore };
export const debiansVmalert: MatrixServer = {
  name: "vmalert 1.79 of Debian",
  tellsStart: false,
  becauseBehind: "rules failing: ",
  start: onVmalert("victoria-metrics-1.79"),
};
export const prometheus242: MatrixServer = {
  name: "Prometheus 2.42",
  tellsStart: true,
  start: (settings) => start("prometheus-2.42", settings),
};
export const thanosQuery: MatrixServer = {
  name: "Thanos Query",
  tellsStart: false,
  scrapes: true,
  becauseBehind: "",
  start: onThanosQuery,
};
export const thanosRule: MatrixServer = { name: "Thanos Rule", tellsStart: false, becauseBehind: "rules failing: ", start: onThanosRule };
export const cortex: MatrixServer = { name: "Cortex, set up as Mimir", tellsStart: false, start: onCortex };

const SCRAPE_MS = 1_000;
const noRules = { groups: [] };
// As with Mimir's two minutes: longer than the waits of the rules, and shorter than that of the watchdog, which therefore is restored alone.
const GRACE = "8s";

async function start(version: "prometheus" | "prometheus-2.42", settings: Settings): Promise<Evaluator> {
  return { startedAtMs: Date.now(), ...(await startPrometheus({ scrapeMs: SCRAPE_MS, version, ...settings })) };
}

type Victoria = "victoria-metrics" | "victoria-metrics-1.79";

function onVmalert(version: Victoria): MatrixServer["start"] {
  return async (settings) => {
    const { store, evaluator, ...both } = await openVictoria(version, settings);
    return { ...both, samples: store, url: evaluator.url, kill: evaluator.kill, killBehind: store.kill };
  };
}

/** The store is asked, which shows what its vmalert says. */
async function onStore(settings: Settings): Promise<Evaluator> {
  const { store, evaluator, ...both } = await openVictoria("victoria-metrics", settings);
  return { ...both, url: store.url, kill: store.kill, crash: evaluator.kill, killBehind: evaluator.kill };
}

/** A vmalert and its store, which shows the alerts of that vmalert to those that ask it. */
async function openVictoria(version: Victoria, { rules, targets }: Settings) {
  const startedAtMs = Date.now();
  const port = await ownPort();
  const store = await startVictoriaMetrics({ version, targets, scrapeMs: SCRAPE_MS, vmalert: `http://127.0.0.1:${port}` });
  await untilScraped(store, targets);
  const evaluator = await startVmalert({ version, port, rules, store: store.url });
  return {
    store,
    evaluator,
    startedAtMs,
    restart: () => evaluator.restart(),
    async loseData() {
      await evaluator.kill();
      await store.loseData();
      await store.restart();
      await untilScraped(store, targets);
    },
    stop: () => stopAll(evaluator, store),
  };
}

/** The sidecar of a Prometheus behind a Query, which alone is asked. */
async function onThanosQuery({ rules, targets }: Settings): Promise<Evaluator> {
  const startedAtMs = Date.now();
  const more = { global: { scrape_interval: "1s", evaluation_interval: "2s", external_labels: { monitor: "eu" } } };
  const behind = await startPrometheus({ rules, targets, more });
  const sidecar = await startThanosSidecar(behind);
  const query = await startThanosQuery([sidecar]);
  return {
    startedAtMs,
    url: query.url,
    kill: query.kill,
    crash: behind.kill,
    killBehind: sidecar.kill,
    restart: () => behind.restart(),
    loseData: behind.loseData,
    stop: () => stopAll(query, sidecar, behind),
  };
}

async function onThanosRule({ rules, targets }: Settings): Promise<Evaluator> {
  const startedAtMs = Date.now();
  const store = await startPrometheus({ rules: noRules, targets, scrapeMs: SCRAPE_MS });
  await untilScraped(store, targets);
  const ruler = await startThanosRule({ rules, store: store.url });
  return {
    startedAtMs,
    url: ruler.url,
    samples: store,
    kill: ruler.kill,
    killBehind: store.kill,
    restart: () => ruler.restart(),
    loseData: ruler.loseData,
    stop: () => stopAll(ruler, store),
  };
}

/** What a Prometheus writes into it, its ruler evaluates. */
async function onCortex({ rules, targets }: Settings): Promise<Evaluator> {
  const startedAtMs = Date.now();
  const server = await startCortex({ grace: GRACE });
  const writer = await startPrometheus({ rules: noRules, targets, scrapeMs: SCRAPE_MS, more: { remote_write: [server.remoteWrite] } });
  const read = { url: server.alertsUrl, headers: server.headers };
  await untilScraped(read, targets);
  await server.reload(rules as Parameters<typeof server.reload>[0]);
  return {
    startedAtMs,
    ...read,
    kill: server.kill,
    loseData: server.loseData,
    restart: () => server.restart(),
    stop: () => stopAll(writer, server),
  };
}

// Rules that are evaluated before anything is scraped find all targets absent: only what scrapes by itself is not that early.
async function untilScraped({ url, headers }: Pick<Evaluator, "url" | "headers">, targets: Targets): Promise<void> {
  const wanted = Object.keys(targets).length;
  const count = async () => {
    const response = await fetch(`${url}/api/v1/query?query=count(up)`, { headers });
    const { data } = response.ok ? JSON.parse(await response.text()) : {};
    return Number(data?.result?.[0]?.value?.[1] ?? 0);
  };
  const deadline = performance.now() + PATIENCE_MS;
  while ((await count()) < wanted) {
    if (performance.now() > deadline) throw new Error(`${url} never scraped ${wanted} targets`);
    await sleep(200);
  }
}

async function stopAll(...servers: readonly { stop(): Promise<void> }[]): Promise<void> {
  for (const { stop } of servers) await stop();
}
