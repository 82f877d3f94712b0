// Exposes the metrics of Kyma's telemetry services, with traffic that a test controls.

import { asExposed, type Series, services } from "./kyma-metrics.ts";
import { startMetrics } from "./real-prometheus.ts";

export type Traffic = {
  /** The label `service` → the URL of that service's metrics endpoint. */
  readonly targets: Readonly<Record<string, string>>;
  /** From now on these counters grow from scrape to scrape, all others stand still, and these gauges have these values. */
  flow(counters: readonly Series[], gauges?: readonly Gauge[]): void;
  close(): Promise<void>;
};
export type Gauge = { readonly of: Series; readonly is: number };

const STEP = 10;

/** The metrics endpoints of Kyma's four telemetry services, on loopback. */
export async function startTraffic(): Promise<Traffic> {
  const totals = new Map<string, { of: Series; is: number }>();
  let growing: readonly Series[] = [];
  let gauges: readonly Gauge[] = [];

  const endpoints = await Promise.all(
    Object.values(services).map(async (service) => {
      const endpoint = await startMetrics();
      endpoint.set(() => {
        for (const series of growing.filter((candidate) => candidate.service === service)) grow(totals, series);
        return [...totals.values(), ...gauges]
          .filter(({ of }) => of.service === service)
          .map(({ of, is }) => `${asExposed(of)} ${is}\n`)
          .join("");
      });
      return { service, endpoint };
    }),
  );
  return {
    targets: Object.fromEntries(endpoints.map(({ service, endpoint }) => [service, endpoint.url])),
    flow(counters, levels = []) {
      growing = counters;
      gauges = levels;
    },
    async close() {
      await Promise.all(endpoints.map(({ endpoint }) => endpoint.close()));
    },
  };
}

function grow(totals: Map<string, { of: Series; is: number }>, series: Series): void {
  const key = `${series.service} ${asExposed(series)}`;
  totals.set(key, { of: series, is: (totals.get(key)?.is ?? 0) + STEP });
}
