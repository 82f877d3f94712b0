// Holds a push to what is quick: a cluster that keeps silent makes no other cluster wait, and is written by no late answer.

import { expect, test } from "vitest";
import type { Cluster } from "../../functions/cluster/cluster.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { aCluster, aFleet } from "../core/fleet/fleet-documents.ts";
import { aReading, aResource } from "../support/builders.ts";

const fleetOf = (...names: readonly string[]) => parseFleet(aFleet(...names.map((name) => aCluster({ name }))));

/** A cluster with one pipeline, whose lists wait for `answering`. */
function aMember(answering: Promise<unknown>) {
  const events: string[] = [];
  const cluster: Cluster = {
    readAlerts: async () => [aReading()],
    async list({ kind }) {
      await answering;
      events.push("listed");
      return kind === "TracePipeline" ? [aResource()] : [];
    },
    read: async () => aResource(),
    async patch(_, conditions) {
      events.push("patched");
      return aResource({ conditions });
    },
  };
  return { cluster, events };
}

test("the run of a push is over while a cluster keeps silent, and the quick ones are written", async () => {
  const { promise: silence, resolve: answer } = Promise.withResolvers<void>();
  const members = new Map([
    ["quick", aMember(Promise.resolve())],
    ["silent", aMember(silence)],
  ]);
  const outcomes: ClusterOutcome[] = [];
  const run = {
    connect: async ({ name }: { name: string }) => members.get(name)!.cluster,
    hurried: new Set(["quick", "silent"]),
    hurriedMs: 50,
  };
  await reconcileFleet(fleetOf("silent", "quick"), { ...run, onOutcome: (outcome) => outcomes.push(outcome) });
  expect(outcomes).toMatchObject([
    { cluster: "quick", was: "reconciled", resources: [{ was: "patched" }] },
    { cluster: "silent", was: "late", code: "out-of-time", resources: [] },
  ]);
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  expect(members.get("silent")!.events).not.toContain("patched");
});

test("the run of a push is over while a login does not come", async () => {
  const run = { connect: () => new Promise<never>(() => undefined), hurried: new Set(["silent"]), hurriedMs: 50 };
  expect(await reconcileFleet(fleetOf("silent"), run)).toMatchObject([{ was: "late", code: "out-of-time" }]);
});

test("a cluster that nothing but a tick asks for is waited for", async () => {
  const { promise: silence, resolve: answer } = Promise.withResolvers<void>();
  const { cluster } = aMember(silence);
  const run = reconcileFleet(fleetOf("slow"), { connect: async () => cluster, hurried: new Set<string>(), hurriedMs: 1 });
  setTimeout(answer, 50);
  expect(await run).toMatchObject([{ was: "reconciled", resources: [{ was: "patched" }] }]);
});
