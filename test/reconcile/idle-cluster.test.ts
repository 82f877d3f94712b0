// A source that no resource needs is not asked, so that a cluster without pipelines, and without their Prometheus, is well.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { viewCluster } from "../../functions/cluster/cluster.ts";
import { openProofs } from "../../functions/cluster/source.ts";
import { isAllWell } from "../../functions/core/outcome/attention.ts";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { aResource, logSpecs } from "../support/builders.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { countRequests, openFleet, type SimulatedFleet } from "./simulated-fleet.ts";

const LISTS = { "GET /tracepipelines": 1, "GET /metricpipelines": 1, "GET /logpipelines": 1 };
const closed = {
  ...{ type: "ConfigurationGenerated", status: "False", reason: "EndpointInvalid", message: "no endpoint" },
  lastTransitionTime: "2026-01-01T00:00:00Z",
};

describe("a cluster", () => {
  let api: Simulator;
  let fleet: SimulatedFleet;
  beforeAll(async () => {
    api = await startSimulator();
    api.setAlerts(undefined);
    fleet = await openFleet([{ name: "only", api }]);
  });
  afterAll(async () => {
    await fleet.close();
    await api.close();
  });

  test.each<{ what: string; resources: readonly ReturnType<typeof aResource>[]; writes: number }>([
    { what: "without pipelines", resources: [], writes: 0 },
    { what: "whose pipelines are all being deleted", resources: [aResource({ name: "deleting", deleting: true })], writes: 0 },
    { what: "whose pipelines have no configuration", resources: [aResource({ name: "gated", conditions: [closed] })], writes: 1 },
    {
      what: "whose pipelines have no inputs",
      resources: [aResource({ kind: "LogPipeline", name: "mute", spec: logSpecs.noInput })],
      writes: 1,
    },
  ])("$what is well though its source is down, and the source is not asked", async ({ resources, writes }) => {
    for (const { object } of resources) api.put(object);
    let outcomes: Awaited<ReturnType<typeof fleet.pass>> = [];
    const counts = await countRequests(api, async () => {
      outcomes = await fleet.pass();
    });
    expect(Object.keys(counts).filter((what) => what.includes("/api/v1/"))).toEqual([]);
    expect(Object.keys(counts).filter((what) => what.startsWith("PATCH"))).toHaveLength(writes);
    expect(counts).toMatchObject(LISTS);
    expect(outcomes).toMatchObject([{ was: "reconciled", alerts: undefined }]);
    expect(isAllWell(outcomes)).toBe(true);
  });

  test("with one pipeline that needs it is not well", async () => {
    api.put(aResource({ name: "one" }).object);
    const outcomes = await fleet.pass();
    expect(outcomes).toMatchObject([{ alerts: { was: "unreadable" } }]);
    expect(isAllWell(outcomes)).toBe(false);
  });

  test("whose last pipeline is gone is well, and its source, which went too, is asked no more after that pass", async () => {
    const proofs = openProofs();
    api.setAlerts([]);
    await fleet.pass(proofs);
    for (const kind of ["TracePipeline", "LogPipeline"]) for (const name of ["deleting", "gated", "mute", "one"]) api.remove(kind, name);
    api.setAlerts(undefined);
    expect(isAllWell(await fleet.pass(proofs))).toBe(true);
    const counts = await countRequests(api, async () => expect(isAllWell(await fleet.pass(proofs))).toBe(true));
    expect(counts).toEqual(LISTS);
  });

  test("that needed its alerts before is asked for them while its resources are listed", async () => {
    const alerts = Promise.withResolvers<void>();
    const view = await viewCluster(
      {
        mayNeedAlerts: true,
        readAlerts: async () => {
          alerts.resolve();
          return [];
        },
        list: async () => {
          await alerts.promise;
          return [];
        },
        read: async () => undefined,
        patch: async (resource) => resource,
      },
      [kymaTelemetry],
    );
    expect(view.resources).toEqual([]);
  });
});
