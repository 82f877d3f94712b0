// What an older Prometheus, Thanos Query and Cortex remember is replayed.

import { startCortex } from "../support/real-cortex.ts";
import { startPrometheus } from "../support/real-prometheus.ts";
import { startThanosQuery, startThanosSidecar } from "../support/real-thanos.ts";
import { isReplayed } from "../support/replayed-source.ts";

const scrapeMs = 1_000;

isReplayed("Prometheus 2.42", async ({ rules, metrics, evaluateMs, closesWith }) => {
  const prometheus = await startPrometheus({ version: "prometheus-2.42", rules, targets: { app: metrics.url }, scrapeMs, evaluateMs });
  closesWith(prometheus.stop);
  return { url: prometheus.url };
});

isReplayed("Thanos Query, which asks a sidecar,", async ({ rules, metrics, evaluateMs, closesWith }) => {
  const global = {
    scrape_interval: "1s",
    scrape_timeout: "1s",
    evaluation_interval: `${evaluateMs}ms`,
    external_labels: { cluster: "eu" },
  };
  const prometheus = await startPrometheus({ rules, targets: { app: metrics.url }, more: { global } });
  closesWith(prometheus.stop);
  const sidecar = await startThanosSidecar(prometheus);
  closesWith(sidecar.stop);
  const query = await startThanosQuery([sidecar]);
  closesWith(query.stop);
  return { url: query.url };
});

// Its query API is Mimir's too.
isReplayed("Cortex", async ({ rules, metrics, evaluateMs, closesWith }) => {
  const cortex = await startCortex({ evaluateMs });
  closesWith(cortex.stop);
  const more = { remote_write: [cortex.remoteWrite] };
  const prometheus = await startPrometheus({ rules: { groups: [] }, targets: { app: metrics.url }, scrapeMs, more });
  closesWith(prometheus.stop);
  await cortex.reload(rules);
  return { url: cortex.alertsUrl, headers: cortex.headers };
});
