// The real rulers of Thanos, Cortex and Debian push by what is printed for them.
import { describe } from "vitest";
import { pushesByItsConfig } from "../support/pushing-ruler.ts";
import { startCortex } from "../support/real-cortex.ts";
import { startPrometheus } from "../support/real-prometheus.ts";
import { startThanosRule } from "../support/real-thanos.ts";
import { startVictoriaMetrics, startVmalert } from "../support/real-vmalert.ts";
import { locate, part } from "../tools/parts/parts.ts";

const noRules = { groups: [] };

pushesByItsConfig("thanos", async ({ rules, metrics, config, closesWith }) => {
  const prometheus = await startPrometheus({ rules: noRules, targets: { app: metrics.url } });
  closesWith(prometheus.stop);
  const ruler = await startThanosRule({ rules, store: prometheus.url, alertmanagers: config });
  closesWith(ruler.stop);
});

// Its ruler is Mimir's, by the same names.
pushesByItsConfig("mimir", async ({ rules, metrics, config, token, closesWith }) => {
  const cortex = await startCortex({ config, env: { ALERTSTATUS_TOKEN: token } });
  closesWith(cortex.stop);
  const prometheus = await startPrometheus({ rules: noRules, targets: { app: metrics.url }, more: { remote_write: [cortex.remoteWrite] } });
  closesWith(prometheus.stop);
  await cortex.reload(rules);
});

const version = "victoria-metrics-1.79";
describe.skipIf(locate(part(version)) === undefined)("Debian's", () => {
  pushesByItsConfig("vmalert", async ({ rules, metrics, config, closesWith }) => {
    const store = await startVictoriaMetrics({ version, targets: { app: metrics.url } });
    closesWith(store.stop);
    const vmalert = await startVmalert({ version, rules, store: store.url, notifier: config });
    closesWith(vmalert.stop);
  });
});
