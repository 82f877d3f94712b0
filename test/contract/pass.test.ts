// States how a pass ends, for the simulator and for a real API server.

import { afterAll, beforeAll, expect, test } from "vitest";
import { clock } from "../../functions/clock.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { parseResource, type Resource } from "../../functions/core/kubernetes/resource.ts";
import type { ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import { patchConditions, readResource } from "../../functions/io/kubernetes/resources.ts";
import { reconcileCluster } from "../../functions/reconcile/cluster.ts";
import { anAlert, aReading, aResource, kinds } from "../support/builders.ts";
import { type ContractCluster, clientTo, openCluster } from "./cluster.ts";

const of = kinds.TracePipeline;
const THROTTLED = { type: "TelemetryFlowHealthy", status: "False", reason: "GatewayThrottling" };
const READY = { type: "GatewayHealthy", status: "True", reason: "Ready", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" };

let cluster: ContractCluster;
beforeAll(async () => {
  cluster = await openCluster();
});
afterAll(() => cluster.close());

/** A pass that listed this pipeline, and nothing else, a moment ago: the alert says that it is throttled. */
async function pass(listed: Resource): Promise<readonly ResourceOutcome[]> {
  const client = clientTo(cluster, cluster.token);
  const [entry] = parseFleet({ clusters: [{ name: "contract", kubernetes: { server: "https://contract.example" } }] }).clusters;
  const { resources } = await reconcileCluster({
    entry: entry!,
    cluster: {
      readAlerts: async () => [aReading({ firing: [anAlert("TraceGatewayThrottling", { pipeline_name: undefined })] })],
      list: async ({ kind }) => (kind === of.kind ? [listed] : []),
      read: (resource) => readResource(client, resource),
      patch: (resource, conditions) => patchConditions(client, resource, conditions),
    },
    dryRun: false,
    deadline: Number.POSITIVE_INFINITY,
    clock,
  });
  return resources;
}

const stored = async (name: string) => parseResource(of, await cluster.find(of, name));

async function aPipeline(name: string): Promise<Resource> {
  await cluster.put(of, aResource({ name }).object);
  return stored(name);
}

test("the first pass writes, and the second writes nothing", async () => {
  expect(await pass(await aPipeline("pass-quiet"))).toMatchObject([{ was: "patched", condition: THROTTLED }]);
  const written = await stored("pass-quiet");
  expect(written.conditions).toMatchObject([THROTTLED]);
  expect(await pass(written)).toMatchObject([{ was: "unchanged", condition: THROTTLED }]);
  expect(await stored("pass-quiet")).toEqual(written);
});

test("a pass after a conflict computes the verdict again, and keeps the other change", async () => {
  const listed = await aPipeline("pass-changed");
  await cluster.put(of, { ...listed.object, spec: {}, status: { conditions: [READY] } });
  expect(await pass(listed)).toMatchObject([{ was: "patched", condition: THROTTLED }]);
  expect((await stored("pass-changed")).conditions).toMatchObject([READY, { ...THROTTLED, observedGeneration: 2 }]);
});

test("a pass skips a resource that is deleted meanwhile", async () => {
  const listed = await aPipeline("pass-gone");
  await cluster.remove(of, "pass-gone");
  expect(await pass(listed)).toEqual([
    { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "pass-gone", was: "skipped", why: "deleting" },
  ]);
});
