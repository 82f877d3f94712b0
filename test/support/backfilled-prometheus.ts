// A real Prometheus that remembers what a test says has happened.

import { spawnSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { prometheusFolder, type RealPrometheus, startPrometheus } from "./real-prometheus.ts";

/** Samples of one series: its name with labels, and the values by their time in seconds since the epoch. */
export type Remembered = { readonly series: string; readonly samples: readonly (readonly [seconds: number, value: number])[] };

type Settings = Omit<Parameters<typeof startPrometheus>[0], "targets" | "rules"> & { readonly rules?: object };

/** A real Prometheus with these series in its blocks, which scrapes nothing. */
export async function startBackfilled(remembered: readonly Remembered[], settings: Settings = {}): Promise<RealPrometheus> {
  const prometheus = await startPrometheus({ rules: { groups: [] }, targets: {}, ...settings });
  try {
    await prometheus.kill();
    const file = join(prometheus.folder, "remembered.txt");
    await writeFile(file, openMetrics(remembered));
    const words = ["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=168h", file, join(prometheus.folder, "data")];
    const { status, stderr } = spawnSync(join(prometheusFolder(), "promtool"), words, { encoding: "utf8" });
    if (status !== 0) throw new Error(`promtool: ${stderr}`);
    await rm(file);
    await prometheus.restart();
    return prometheus;
  } catch (error) {
    await prometheus.stop();
    throw error;
  }
}

// Samples of one metric stand together: https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
function openMetrics(remembered: readonly Remembered[]): string {
  const byMetric = Map.groupBy(remembered, ({ series }) => series.replace(/\{.*/, ""));
  const blocks = [...byMetric].map(([metric, all]) => {
    const lines = all.flatMap(({ series, samples }) => samples.map(([seconds, value]) => `${series} ${value} ${seconds}`));
    return [`# TYPE ${metric} unknown`, ...lines].join("\n");
  });
  return `${blocks.join("\n")}\n# EOF\n`;
}
