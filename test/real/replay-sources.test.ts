// What a real VictoriaMetrics remembers is replayed; a Prometheus is asked in every other test of the replay.

import { ownPort } from "../support/own-port.ts";
import { startVictoriaMetrics, startVmalert } from "../support/real-vmalert.ts";
import { isReplayed } from "../support/replayed-source.ts";

isReplayed("VictoriaMetrics, which asks its vmalert for rules,", async ({ rules, metrics, evaluateMs, closesWith }) => {
  const port = await ownPort();
  const store = await startVictoriaMetrics({ targets: { app: metrics.url }, scrapeMs: 1_000, vmalert: `http://127.0.0.1:${port}` });
  closesWith(store.stop);
  const vmalert = await startVmalert({ port, rules, store: store.url, evaluateMs });
  closesWith(vmalert.stop);
  return { url: store.url };
});
