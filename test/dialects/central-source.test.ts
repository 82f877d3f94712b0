// A real Prometheus that watches ten thousand clusters has more alerts than one answer may hold, and all of them are read.

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readAlerts } from "../../functions/io/prometheus/prometheus.ts";
import { readSharedAlerts } from "../../functions/io/prometheus/shared-alerts.ts";
import { clientTo } from "../contract/cluster.ts";
import { PATIENTLY } from "../support/patience.ts";
import { type RealPrometheus, startMetrics, startPrometheus } from "../support/real-prometheus.ts";

const CLUSTERS = 10_000;
const NAMES = new Set(["Watched", "Lost", "Absent"]);
const annotations = { summary: "x".repeat(300) };
const rules = ["Watched", "Lost"].map((alert) => ({ alert, expr: "watched == 1", annotations }));

let metrics: Awaited<ReturnType<typeof startMetrics>>;
let prometheus: RealPrometheus;
beforeAll(async () => {
  metrics = await startMetrics();
  metrics.set(Array.from({ length: CLUSTERS }, (_, index) => `watched{cluster="c-${index}"} 1\n`).join(""));
  const groups = [{ name: "central", rules: [...rules, { alert: "Absent", expr: "absent(watched)" }] }];
  prometheus = await startPrometheus({ rules: { groups }, targets: { app: metrics.url }, scrapeMs: 10_000, evaluateMs: 10_000 });
});
afterAll(async () => {
  await prometheus?.stop();
  await metrics?.close();
});

test("the alerts of ten thousand clusters are read rule by rule", async () => {
  const client = clientTo({ server: prometheus.url });
  const isTooLarge = () => expect(readAlerts(client, "", NAMES)).rejects.toMatchObject({ code: "too-large" });
  await vi.waitFor(isTooLarge, PATIENTLY);
  const { firing, odd, others, warnings } = await readSharedAlerts(client, "", NAMES);
  const clustersOf = (name: string) => new Set(firing.get(name)?.map(({ labels }) => labels.cluster)).size;
  expect([clustersOf("Watched"), clustersOf("Lost"), clustersOf("Absent")]).toEqual([CLUSTERS, CLUSTERS, 0]);
  expect([odd, others, warnings]).toEqual([[], 0, []]);
});
