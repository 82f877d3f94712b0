// A real vmalert pushes by what is printed for it.

import { pushesByItsConfig } from "../support/pushing-ruler.ts";
import { startVictoriaMetrics, startVmalert } from "../support/real-vmalert.ts";

pushesByItsConfig("vmalert", async ({ rules, metrics, config, closesWith }) => {
  const store = await startVictoriaMetrics({ targets: { app: metrics.url } });
  closesWith(store.stop);
  const vmalert = await startVmalert({ rules, store: store.url, notifier: config });
  closesWith(vmalert.stop);
});
