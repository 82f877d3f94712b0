import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cluster } from "../../functions/cluster/cluster.ts";
import { UpstreamError } from "../../functions/core/errors.ts";
import { findCondition, parseResource } from "../../functions/core/kubernetes/resource.ts";
import type { NamedProfile } from "../../functions/core/profile/profile.ts";
import { reconcileCluster } from "../../functions/reconcile/cluster.ts";
import { anAlert, aReading } from "../support/builders.ts";

// In this world one more alert fires with every version, and each has a reason of its own: what a condition says tells from which version
// of the alerts it was judged.
const VERSIONS = 4;
const of = { group: "example.com", version: "v1", plural: "things", kind: "Thing" };
const profile: NamedProfile = {
  name: "versions",
  condition: "Healthy",
  identify: { name: "thing", unlabelled: "every" },
  rules: { for: "1m", window: "5m" },
  gates: [],
  flows: [
    {
      of,
      rows: Array.from({ length: VERSIONS }, (_, row) => ({ alert: `V${VERSIONS - row}`, reason: `V${VERSIONS - row}`, message: "fires" })),
      unproven: [{ reason: "Unproven", message: "not known" }],
      healthy: { reason: "V0", message: "well" },
    },
  ],
};

type World = ReturnType<typeof aWorld>;

function aWorld() {
  let version = 0;
  let resourceVersion = 1;
  let conditions: readonly unknown[] = [];
  const written: number[] = [];
  const resource = () =>
    parseResource(of, { metadata: { name: "one", generation: 1, resourceVersion: String(resourceVersion) }, status: { conditions } });
  return {
    written,
    resource,
    worsen: () => {
      version = Math.min(version + 1, VERSIONS);
    },
    alerts: () => {
      const names = Array.from({ length: version }, (_, index) => `V${index + 1}`);
      return [aReading({ firing: names.map((name) => anAlert(name, { pipeline_name: undefined })) })];
    },
    patch: (seen: string, next: readonly unknown[]) => {
      if (seen !== String(resourceVersion)) throw new UpstreamError("conflict", "another run was faster");
      resourceVersion++;
      conditions = next;
      written.push(Number(findCondition(next, "Healthy")?.reason?.slice(1)));
      return resource();
    },
  };
}

// Every call reaches the server at a moment of the scheduler's choosing, and its answer arrives at another.
function clusterIn(world: World, scheduler: fc.Scheduler, run: string): Cluster {
  async function call<T>(what: string, effect: () => T): Promise<T> {
    await scheduler.schedule(Promise.resolve(), `${run} asks: ${what}`);
    const answer = await scheduler.schedule(
      Promise.resolve().then(() => attempt(effect)),
      `${run} hears: ${what}`,
    );
    if ("error" in answer) throw answer.error;
    return answer.value;
  }
  return {
    readAlerts: () => call("alerts", world.alerts),
    list: () => call("list", () => [world.resource()]),
    read: () => call("read", world.resource),
    patch: (resource, conditions) => call("patch", () => world.patch(resource.resourceVersion, conditions)),
  };
}

function attempt<T>(effect: () => T): { value: T } | { error: unknown } {
  try {
    return { value: effect() };
  } catch (error) {
    return { error };
  }
}

test("however two runs interleave, the verdict from older alerts never replaces the one from newer", async () => {
  let overtaken = 0;
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const world = aWorld();
      let tick = 0;
      const pass = (run: string) =>
        reconcileCluster({
          entry: {
            name: run,
            labels: {},
            profiles: [{ ...profile, mode: "own" }],
            paused: false,
            events: false,
            kubernetes: { server: "https://a.example" },
            alerts: [],
          },
          cluster: clusterIn(world, scheduler, run),
          dryRun: false,
          deadline: Number.POSITIVE_INFINITY,
          clock: { nowMs: () => Date.UTC(2026, 0, 1), monotonicMs: () => ++tick },
        });
      const worsening = Array.from({ length: VERSIONS }, (_, index) =>
        scheduler.schedule(Promise.resolve(), `alert ${index + 1} fires`).then(world.worsen),
      );
      await scheduler.waitFor(Promise.all([pass("one run"), pass("another run"), ...worsening]));
      expect(world.written).toEqual(world.written.toSorted((one, other) => one - other));
      if (world.written.length > 1) overtaken++;
    }),
    { numRuns: 1_000 },
  );
  // The scheduler must have found the interleavings that matter: both runs wrote.
  expect(overtaken).toBeGreaterThan(15);
});
