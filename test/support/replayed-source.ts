// Tests by one suite that what a real source has recorded, and what it computes, is replayed.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NamedProfile } from "../../functions/core/profile/profile.ts";
import { type RuleGroups, renderRules } from "../../functions/rules/render.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { kinds, logSpecs } from "./builders.ts";
import { PATIENCE_MS } from "./patience.ts";
import { type MetricsEndpoint, startMetrics } from "./real-prometheus.ts";
import { type Simulator, startSimulator } from "./simulator.ts";

const says = { reason: "Lost", message: "All is lost." };
const profile: NamedProfile = {
  name: "shop",
  condition: "Flowing",
  identify: { name: "pipeline_name", unlabelled: "none" },
  rules: { for: "1s", window: "3s", keepFiringFor: "1s" },
  gates: [],
  flows: [
    {
      of: kinds.TracePipeline,
      rows: [{ alert: "Lost", expr: "max by (pipeline_name) (lost) > 0", ...says }],
      unproven: [{ reason: "Unproven", message: "It is not known." }],
      healthy: { reason: "Healthy", message: "All is well." },
    },
  ],
};

export type Replayed = {
  readonly rules: RuleGroups;
  readonly metrics: MetricsEndpoint;
  readonly evaluateMs: number;
  closesWith(close: () => Promise<void>): void;
};

/** Where the source is asked, as a fleet file has it. */
export type Place = { readonly url: string; readonly headers?: Readonly<Record<string, string>> };

const EVALUATE_MS = 2_000;

export function isReplayed(name: string, start: (replayed: Replayed) => Promise<Place>): void {
  describe(`a replay of ${name}`, () => {
    const closers: (() => Promise<unknown>)[] = [];
    let fleet: string;
    let times: readonly string[];

    beforeAll(async () => {
      const [metrics, simulator, folder] = await Promise.all([startMetrics(), startSimulator(), mkdtemp(join(tmpdir(), "replayed-"))]);
      closers.push(metrics.close, simulator.close, () => rm(folder, { recursive: true }));
      metrics.set('lost{pipeline_name="shop"} 0\n');
      const closesWith = (close: () => Promise<void>) => void closers.push(close);
      const source = await start({ rules: renderRules([profile]), metrics, evaluateMs: EVALUATE_MS, closesWith });
      fleet = await writeFleet(folder, simulator, source);
      const since = await untilTrue(fleet);
      metrics.set('lost{pipeline_name="shop"} 1\n');
      await sleep(16_000);
      metrics.set('lost{pipeline_name="shop"} 0\n');
      await sleep(20_000);
      times = [since, new Date(Date.now() - 5_000).toISOString()];
    });
    afterAll(async () => {
      for (const close of closers.reverse()) await close();
    });

    test.each(["alerts", "expr"])("from %s is healthy, lost for as long as it was, and healthy again", async (from) => {
      const { resources } = await replayed(fleet, [...["--since", times[0]!, "--until", times[1]!, "--step", "2s"], "--from", from]);
      const [shop] = resources;
      const told = shop.transitions.map(({ status, reason }: { status: string; reason: string }) => `${status} ${reason}`);
      expect([shop.standing.status, ...told]).toEqual(["True", "False Lost", "True Healthy"]);
      expect(shop.ms.False).toBeGreaterThanOrEqual(10_000);
      expect(shop.ms.Unknown).toBe(0);
    });
  });
}

async function writeFleet(folder: string, simulator: Simulator, alerts: Place): Promise<string> {
  const of = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline" };
  simulator.put({ ...of, metadata: { name: "shop" }, spec: logSpecs.noInput });
  const kubernetes = { server: simulator.url, auth: { token: { file: "token" } } };
  const { name: _, ...shop } = profile;
  await writeFile(join(folder, "token"), simulator.token);
  const file = join(folder, "fleet.json");
  await writeFile(file, JSON.stringify({ clusters: [{ name: "real", kubernetes, alerts, profiles: ["shop"] }], profiles: { shop } }));
  return file;
}

/** Waits until the last ten seconds are healthy by what was recorded; answers the time then. */
async function untilTrue(fleet: string): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const { resources } = await replayed(fleet, ["--since", "10s", "--step", "2s"]);
    if (resources[0]?.ms.True === 10_000) return new Date(Date.now() - 5_000).toISOString();
    await sleep(1_000);
  }
  throw new Error("nothing was recorded that proves health");
}

async function replayed(fleet: string, words: readonly string[]) {
  const { code, stdout, stderr } = await alertstatus(["replay", "--fleet", fleet, "-o", "json", ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}
