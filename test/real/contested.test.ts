// Tries the truce with another writer on a real API server.

import { expect, inject, test } from "vitest";
import { explanationText } from "../../functions/cli/explain.ts";
import type { Cluster } from "../../functions/cluster/cluster.ts";
import { explainCluster } from "../../functions/cluster/explain.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { type Condition, findCondition, parseResource } from "../../functions/core/kubernetes/resource.ts";
import type { Mode } from "../../functions/core/profile/mode.ts";
import { listResources, patchConditions, readResource } from "../../functions/io/kubernetes/resources.ts";
import { reconcileCluster } from "../../functions/reconcile/cluster.ts";
import { clientTo } from "../contract/cluster.ts";
import { apiRequest } from "../support/api-request.ts";
import { anAlert, aReading, aResource, kinds } from "../support/builders.ts";
import { clockAt } from "../support/clock.ts";

const TYPE = "TelemetryFlowHealthy";
const OWN = { type: TYPE, status: "False", reason: "GatewayThrottling" };
const TICK_S = 30;
const TRUCE_S = 300;

const access = inject("kubernetes")!;
const of = kinds.TracePipeline;
const PATH = `/apis/${of.group}/${of.version}/${of.plural}`;
const request = apiRequest({ ...access, token: access.adminToken });
const startedAt = Date.now();
const timeAfter = (seconds: number) => new Date(startedAt + seconds * 1_000).toISOString().replace(/\.\d+Z$/, "Z");

type Says = Pick<Condition, "status" | "reason">;

/** A pipeline that is throttled by its alerts, and on which another writer has set its own condition for an hour. */
async function aPipeline(name: string, theirs: Says) {
  const { status } = await request("POST", PATH, { ...aResource({ name }).object, metadata: { name } });
  expect(status).toBe(201);
  const other = otherWriter(name, theirs);
  await other.answer(-3_600);
  return { other, own: ownPasses(name) };
}

/** As telemetry-manager does: puts the whole status whenever the condition is not as it wrote it, with a new time where the status differs. */
function otherWriter(name: string, theirs: Says) {
  let writes = 0;
  return {
    writes: () => writes,
    async answer(seconds: number): Promise<void> {
      const { object, conditions } = await current(name);
      const before = findCondition(conditions, TYPE);
      if (before?.message === "of telemetry-manager") return;
      const lastTransitionTime = before?.status === theirs.status ? before.lastTransitionTime : timeAfter(seconds);
      const next = { type: TYPE, ...theirs, message: "of telemetry-manager", lastTransitionTime, observedGeneration: 1 };
      const others = conditions.filter((condition) => condition !== before);
      const path = `${PATH}/${name}/status?fieldManager=telemetry-manager`;
      expect(await request("PUT", path, { ...object, status: { conditions: [...others, next] } })).toMatchObject({ status: 200 });
      writes++;
    },
  };
}

/** Passes of the product at any time of day, over this one pipeline. */
function ownPasses(name: string) {
  const client = clientTo(access, access.token);
  const entryIn = (mode: Mode) => parseFleet({ clusters: [{ name: "real", mode, kubernetes: { server: access.server } }] }).clusters[0]!;
  const cluster: Cluster = {
    readAlerts: async () => [aReading({ firing: [anAlert("TraceGatewayThrottling", { pipeline_name: undefined })] })],
    list: async (kind) => (kind.kind === of.kind ? (await listResources(client, kind)).filter((resource) => resource.name === name) : []),
    read: (resource) => readResource(client, resource),
    patch: (resource, conditions) => patchConditions(client, resource, conditions),
  };
  return {
    async pass(seconds: number, mode: Mode = "own") {
      const bounds = { dryRun: false, deadline: Number.POSITIVE_INFINITY, clock: clockAt(() => Date.parse(timeAfter(seconds))) };
      const pass = { entry: entryIn(mode), cluster, ...bounds };
      return (await reconcileCluster(pass)).resources[0]!;
    },
    async explanation(seconds: number) {
      return (await explainCluster(entryIn("own"), cluster, { ...client, clock: clockAt(() => Date.parse(timeAfter(seconds))) }))
        .resources[0]!;
    },
  };
}

async function current(name: string) {
  return parseResource(of, (await request("GET", `${PATH}/${name}`)).body);
}

/** The seconds at which alertstatus writes, over half an hour of ticks, each of which the other writer answers at once. */
async function writesInHalfAnHour({ own, other }: Awaited<ReturnType<typeof aPipeline>>, mode: Mode): Promise<readonly number[]> {
  const writes: number[] = [];
  for (let seconds = 0; seconds < 1_800; seconds += TICK_S) {
    const { was } = await own.pass(seconds, mode);
    if (was === "patched") writes.push(seconds);
    await other.answer(seconds);
  }
  return writes;
}

test("alertstatus writes once in five minutes against a writer that disagrees", async () => {
  const pipeline = await aPipeline("contested", { status: "True", reason: "FlowHealthy" });
  expect(await writesInHalfAnHour(pipeline, "own")).toEqual([0, 1, 2, 3, 4, 5].map((turn) => turn * TRUCE_S));
});

test("the outcome and the explanation name the other writer between the writes", async () => {
  const { own, other } = await aPipeline("contested-by-name", { status: "True", reason: "FlowHealthy" });
  expect(await own.pass(0)).toMatchObject({ was: "patched", condition: OWN });
  await other.answer(0);
  const id = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "contested-by-name" };
  expect(await own.pass(TICK_S)).toEqual({ ...id, profile: "kyma-telemetry", was: "skipped", why: "contested", by: "telemetry-manager" });
  const explanation = await own.explanation(TICK_S);
  expect(explanation).toMatchObject({ verdict: { status: "False" }, before: { status: "True" }, left: "contested" });
  expect(explanation).not.toHaveProperty("patch");
  expect(explanationText("real", explanation)).toContain("none for now: telemetry-manager has just written True FlowHealthy");
  expect(explanationText("real", await own.explanation(TRUCE_S))).toContain("True FlowHealthy → False GatewayThrottling");
});

test("alertstatus never writes against a writer that agrees, whatever its message", async () => {
  const pipeline = await aPipeline("agreed", { status: "False", reason: "GatewayThrottling" });
  expect(await writesInHalfAnHour(pipeline, "own")).toEqual([]);
  expect(pipeline.other.writes()).toBe(1);
});

test("a writer with another reason for the same status has five minutes too", async () => {
  const { own } = await aPipeline("contested-reason", { status: "False", reason: "SomethingElse" });
  expect(await own.pass(0)).toMatchObject({ was: "skipped", why: "contested", by: "telemetry-manager" });
  expect(await own.pass(TRUCE_S + TICK_S)).toMatchObject({ was: "patched", condition: OWN });
});

test("shadow mode writes its condition once, and leaves the other one alone", async () => {
  const pipeline = await aPipeline("shadowed", { status: "True", reason: "FlowHealthy" });
  const theirs = (await current("shadowed")).conditions;
  expect(await writesInHalfAnHour(pipeline, "shadow")).toEqual([0]);
  expect(pipeline.other.writes()).toBe(1);
  expect((await current("shadowed")).conditions).toEqual([...theirs, expect.objectContaining({ ...OWN, type: `alertstatus.io/${TYPE}` })]);
});

test("shadow mode and a contested condition do not disturb each other", async () => {
  const pipeline = await aPipeline("contested-and-shadowed", { status: "True", reason: "FlowHealthy" });
  await pipeline.own.pass(0, "shadow");
  expect(await writesInHalfAnHour(pipeline, "own")).toHaveLength(1_800 / TRUCE_S);
  expect(await pipeline.own.pass(1_800, "shadow")).toMatchObject({
    was: "unchanged",
    condition: { ...OWN, type: `alertstatus.io/${TYPE}` },
  });
});
