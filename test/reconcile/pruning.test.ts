// Holds a pass to silence on API servers whose schema drops parts of a condition: no patch and no Event but for what really changes.

import { describe, expect, test } from "vitest";
import { clock } from "../../functions/clock.ts";
import type { Cluster } from "../../functions/cluster/cluster.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { parseResource, type Resource } from "../../functions/core/kubernetes/resource.ts";
import { reconcileCluster } from "../../functions/reconcile/cluster.ts";
import { anAlert, aReading, aResource, kinds } from "../support/builders.ts";

const [entry] = parseFleet({ clusters: [{ name: "pruning", events: true, kubernetes: { server: "https://pruning.example" } }] }).clusters;

/** One pipeline at an API server that keeps `keep` of each condition. */
function aServer(keep: (condition: object) => object | undefined) {
  let resource: Resource = aResource();
  let firing = [anAlert("TraceGatewayThrottling")];
  const seen = { patches: 0, events: 0 };
  const cluster: Cluster = {
    readAlerts: async () => [aReading({ firing })],
    list: async ({ kind }) => (kind === resource.of.kind ? [resource] : []),
    read: async () => resource,
    async patch(_, conditions) {
      seen.patches++;
      const kept = conditions.flatMap((condition) => keep(Object(condition)) ?? []);
      const managedFields = [{ manager: "alertstatus", time: "2026-01-01T00:00:00Z", fieldsV1: { "f:status": { "f:conditions": {} } } }];
      const metadata = { ...Object(resource.object.metadata), managedFields };
      resource = parseResource(kinds.TracePipeline, { ...resource.object, metadata, status: { conditions: kept } });
      return resource;
    },
    async record() {
      seen.events++;
    },
  };
  return {
    seen,
    heal: () => {
      firing = [];
    },
    pass: async () =>
      (await reconcileCluster({ entry: entry!, cluster, dryRun: false, deadline: Number.POSITIVE_INFINITY, clock })).resources,
  };
}

const without = (names: readonly string[]) => (condition: object) =>
  Object.fromEntries(Object.entries(condition).filter(([name]) => !names.includes(name)));

describe.each([{ drops: ["observedGeneration"] }, { drops: ["reason"] }, { drops: ["observedGeneration", "reason", "message"] }])(
  "an API server that drops $drops",
  ({ drops }) => {
    test("is sent one patch and one Event for each change", async () => {
      const server = aServer(without(drops));
      for (let pass = 0; pass < 3; pass++) await server.pass();
      expect(server.seen).toEqual({ patches: 1, events: 1 });
      server.heal();
      for (let pass = 0; pass < 3; pass++) await server.pass();
      expect(server.seen).toEqual({ patches: 2, events: 2 });
    });
  },
);

test("an API server that keeps no condition at all refuses the resource, and no Event tells of a change", async () => {
  const server = aServer(() => undefined);
  expect(await server.pass()).toMatchObject([
    {
      was: "refused",
      code: "invalid",
      message: expect.stringContaining("does not keep it"),
      condition: { status: "False" },
      because: ["TraceGatewayThrottling"],
    },
  ]);
  expect(server.seen.events).toBe(0);
});
