// What a real Prometheus and a real VictoriaMetrics remember is replayed.

import { ownPort } from "../support/own-port.ts";
import { startPrometheus } from "../support/real-prometheus.ts";
import { startVictoriaMetrics, startVmalert } from "../support/real-vmalert.ts";
import { isReplayed } from "../support/replayed-source.ts";

isReplayed("prometheus", async ({ rules, metrics, evaluateMs, closesWith }) => {
  const prometheus = await startPrometheus({ rules, targets: { app: metrics.url }, scrapeMs: 1_000, evaluateMs });
  closesWith(prometheus.stop);
  return { url: prometheus.url };
});

isReplayed("VictoriaMetrics, which asks its vmalert for rules,", async ({ rules, metrics, evaluateMs, closesWith }) => {
  const port = await ownPort();
  const store = await startVictoriaMetrics({ targets: { app: metrics.url }, scrapeMs: 1_000, vmalert: `http://127.0.0.1:${port}` });
  closesWith(store.stop);
  const vmalert = await startVmalert({ port, rules, store: store.url, evaluateMs });
  closesWith(vmalert.stop);
  return { url: store.url };
});
