// The servers whose dialects are recorded, each with all that it takes to have it evaluate rules.

import { startTraffic } from "../../support/kyma-traffic.ts";
import { ownPort } from "../../support/own-port.ts";
import { startCortex } from "../../support/real-cortex.ts";
import { startPrometheus } from "../../support/real-prometheus.ts";
import { startThanosQuery, startThanosRule, startThanosSidecar } from "../../support/real-thanos.ts";
import { startVictoriaMetrics, startVmalert } from "../../support/real-vmalert.ts";
import type { Part } from "../parts/parts.ts";
import { part } from "../parts/parts.ts";
import type { Lab } from "./lab.ts";
import { rules } from "./rules.ts";
import type { Snapshot } from "./snapshot.ts";

export type Server = { readonly name: string; readonly part: Part; readonly open: () => Promise<Lab> };

export const servers: readonly Server[] = [
  { name: "prometheus", part: part("prometheus"), open: openCurrentPrometheus },
  { name: "prometheus-2.42", part: part("prometheus-2.42"), open: () => openPrometheus("prometheus-2.42") },
  { name: "vmalert", part: part("victoria-metrics"), open: () => openVmalert("victoria-metrics") },
  { name: "victoria-metrics", part: part("victoria-metrics"), open: () => openVictoriaMetrics("victoria-metrics") },
  { name: "vmalert-1.79", part: part("victoria-metrics-1.79"), open: () => openVmalert("victoria-metrics-1.79") },
  { name: "victoria-metrics-1.79", part: part("victoria-metrics-1.79"), open: () => openVictoriaMetrics("victoria-metrics-1.79") },
  { name: "thanos-query", part: part("thanos"), open: openThanosQuery },
  { name: "thanos-rule", part: part("thanos"), open: openThanosRule },
  { name: "cortex", part: part("cortex"), open: openCortex },
];

const scrapeMs = 1_000;
// What evaluates keeps what it knows of rules that are replaced: each lab begins without any.
const noRules = { groups: [] };
const isFailing = ({ rules: { body } }: Snapshot) => JSON.stringify(body).includes('"health":"err"');

async function openCurrentPrometheus(): Promise<Lab> {
  const lab = await openPrometheus("prometheus");
  const agent = await startPrometheus({ isAgent: true, rules: noRules, targets: {} });
  const mistakes = [{ name: "alerts in agent mode", source: agent, path: "/api/v1/alerts" }];
  return { ...lab, mistakes, close: () => closeAll(agent.stop, lab.close) };
}

async function openPrometheus(version: "prometheus" | "prometheus-2.42"): Promise<Lab> {
  const traffic = await startTraffic();
  const prometheus = await startPrometheus({ version, rules: noRules, targets: traffic.targets, scrapeMs });
  return {
    source: { url: prometheus.url },
    traffic,
    reload: prometheus.reload,
    restart: ({ losesData }) => restart(prometheus, losesData),
    outages: [],
    mistakes: [],
    close: () => closeAll(prometheus.stop, traffic.close),
  };
}

/** A vmalert that is asked itself. */
async function openVmalert(version: Victoria): Promise<Lab> {
  const { lab, store, vmalert } = await openVictoria(version);
  return {
    ...lab,
    source: { url: vmalert.url },
    outages: [{ begin: store.kill, shows: [{ name: "what it evaluates is down", isSeen: isFailing }], end: store.restart }],
    mistakes: [],
  };
}

/** A VictoriaMetrics that is asked, and asks its vmalert. */
async function openVictoriaMetrics(version: Victoria): Promise<Lab> {
  const { lab, store, vmalert } = await openVictoria(version);
  const alone = await startVictoriaMetrics({ version, targets: {} });
  const isRefused = ({ alerts }: Snapshot) => alerts.status !== 200;
  return {
    ...lab,
    source: { url: store.url },
    outages: [{ begin: vmalert.kill, shows: [{ name: "what evaluates is down", isSeen: isRefused }], end: vmalert.restart }],
    mistakes: ["alerts", "rules"].map((what) => ({ name: `${what} without a vmalert`, source: alone, path: `/api/v1/${what}` })),
    close: () => closeAll(lab.close, alone.stop),
  };
}

type Victoria = "victoria-metrics" | "victoria-metrics-1.79";

async function openVictoria(version: Victoria) {
  const traffic = await startTraffic();
  const port = await ownPort();
  const store = await startVictoriaMetrics({ version, targets: traffic.targets, scrapeMs, vmalert: `http://127.0.0.1:${port}` });
  const vmalert = await startVmalert({ version, port, rules: noRules, store: store.url });
  const lab = {
    traffic,
    reload: vmalert.reload,
    async restart({ losesData }: { losesData: boolean }) {
      if (losesData) await restart(store, true);
      await vmalert.restart();
    },
    close: () => closeAll(vmalert.stop, store.stop, traffic.close),
  };
  return { lab, store, vmalert };
}

/** A Query that asks the sidecar of a Prometheus. */
async function openThanosQuery(): Promise<Lab> {
  const traffic = await startTraffic();
  const external = { global: { scrape_interval: "1s", evaluation_interval: "1s", external_labels: { cluster: "eu" } } };
  const prometheus = await startPrometheus({ rules: noRules, targets: traffic.targets, scrapeMs, more: external });
  const sidecar = await startThanosSidecar(prometheus);
  const query = await startThanosQuery([sidecar]);
  return {
    source: { url: query.url },
    traffic,
    reload: prometheus.reload,
    restart: ({ losesData }) => restart(prometheus, losesData),
    outages: [
      {
        begin: sidecar.kill,
        shows: [
          { name: "what evaluates is just down", isSeen: ({ alerts }) => JSON.stringify(alerts).includes("warnings") },
          { name: "what evaluates is down", isSeen: (snapshot) => !JSON.stringify(snapshot).includes("warnings") },
        ],
        end: sidecar.restart,
      },
    ],
    mistakes: [],
    close: () => closeAll(query.stop, sidecar.stop, prometheus.stop, traffic.close),
  };
}

/** A Ruler that evaluates on a Prometheus. */
async function openThanosRule(): Promise<Lab> {
  const traffic = await startTraffic();
  const prometheus = await startPrometheus({ rules: noRules, targets: traffic.targets, scrapeMs });
  const ruler = await startThanosRule({ rules: noRules, store: prometheus.url });
  return {
    source: { url: ruler.url },
    traffic,
    reload: ruler.reload,
    restart: ({ losesData }) => restart(ruler, losesData),
    outages: [{ begin: prometheus.kill, shows: [{ name: "what it evaluates is down", isSeen: isFailing }], end: prometheus.restart }],
    mistakes: [],
    close: () => closeAll(ruler.stop, prometheus.stop, traffic.close),
  };
}

/** A Cortex that a Prometheus writes into. */
async function openCortex(): Promise<Lab> {
  const traffic = await startTraffic();
  const cortex = await startCortex();
  const prometheus = await startPrometheus({
    rules: noRules,
    targets: traffic.targets,
    scrapeMs,
    more: { remote_write: [cortex.remoteWrite] },
  });
  return {
    source: { url: cortex.alertsUrl, headers: cortex.headers },
    traffic,
    reload: cortex.reload,
    async restart({ losesData }) {
      await restart(cortex, losesData);
      if (losesData) await cortex.reload(rules);
    },
    outages: [],
    mistakes: [
      { name: "alerts without a tenant", source: { url: cortex.alertsUrl }, path: "/api/v1/alerts" },
      { name: "alerts at the root", source: cortex, path: "/api/v1/alerts" },
      { name: "silences of an Alertmanager without a configuration", source: cortex, path: "/alertmanager/api/v2/alerts" },
    ],
    close: () => closeAll(prometheus.stop, cortex.stop, traffic.close),
  };
}

type Restartable = { loseData(): Promise<void>; restart(): Promise<void> };

async function restart(server: Restartable, losesData: boolean): Promise<void> {
  if (losesData) await server.loseData();
  await server.restart();
}

async function closeAll(...closers: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of closers) await close();
}
