// Holds what a cluster publishes and is sent to so much a minute, however many passes there are.

import { expect, test } from "vitest";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { MAX_TRANSITIONS } from "../../functions/core/limits.ts";
import { takeAllowance } from "../../functions/reconcile/allowance.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { aCluster, aFleet } from "../core/fleet/fleet-documents.ts";
import { aReading, aResource, standing } from "../support/builders.ts";

test("a cluster publishes a hundred transitions a minute, and no other has fewer for that", () => {
  const allowances = new Map();
  const take = (cluster: string, wanted: number, nowMs: number) => takeAllowance(allowances, cluster, wanted, MAX_TRANSITIONS, nowMs);
  expect([take("loud", 70, 0), take("loud", 70, 1_000), take("loud", 70, 59_999)]).toEqual([70, MAX_TRANSITIONS - 70, 0]);
  expect(take("quiet", 5, 2_000)).toBe(5);
  expect(take("loud", 70, 60_000)).toBe(70);
});

test("each attempt to write counts for what a cluster is sent, and what is beyond that is postponed", async () => {
  const conditions = [standing("Large", { message: "x".repeat(1_000) })];
  const names = ["a", "b", "c"];
  const sent: number[] = [];
  const cluster = {
    readAlerts: async () => [aReading()],
    list: async ({ kind }: { kind: string }) => (kind === "TracePipeline" ? names.map((name) => aResource({ name, conditions })) : []),
    read: async () => aResource({ conditions }),
    patch: async () => aResource({ conditions: [standing("TelemetryFlowHealthy")] }),
  };
  const maySend = (name: string, bytes: number) => {
    expect(name).toBe("eu");
    sent.push(bytes);
    return sent.length < 3;
  };
  const [outcome] = await reconcileFleet(parseFleet(aFleet(aCluster({ name: "eu" }))), { connect: async () => cluster, maySend });
  expect(outcome?.resources.map((resource) => ("code" in resource ? resource.code : resource.was))).toEqual([
    "patched",
    "patched",
    "postponed",
  ]);
  expect(Math.min(...sent)).toBeGreaterThan(1_000);
});
