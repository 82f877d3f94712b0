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
const OURS = { type: TYPE, status: "False", reason: "GatewayThrottling" };
const TICK_S = 30;
const TRUCE_S = 300;

const access = inject("kubernetes")!;
const of = kinds.TracePipeline;
const PATH = `/apis/${of.group}/${of.version}/${of.plural}`;
const request = apiRequest({ ...access, token: access.adminToken });
const startedAt = Date.now();
const timeAfter = (seconds: number) => new Date(startedAt + seconds * 1_000).toISOString().replace(/\.\d+Z$/, "Z");

type Says = Pick<Condition, "status" | "reason">;

/** A pipeline that is throttled, as our alerts have it, and on which somebody has been writing his own view for an hour. */
async function aPipeline(name: string, theirs: Says) {
  const { status } = await request("POST", PATH, { ...aResource({ name }).object, metadata: { name } });
  expect(status).toBe(201);
  const them = theirWriter(name, theirs);
  await them.answer(-3_600);
  return { them, us: ourRuns(name) };
}

/** As telemetry-manager does: puts the whole status whenever the condition is not as it wrote it, with a new time where the status differs. */
function theirWriter(name: string, theirs: Says) {
  let writes = 0;
  return {
    writes: () => writes,
    async answer(seconds: number): Promise<void> {
      const { object, conditions } = await current(name);
      const before = findCondition(conditions, TYPE);
      if (before?.message === "as we see it") return;
      const lastTransitionTime = before?.status === theirs.status ? before.lastTransitionTime : timeAfter(seconds);
      const mine = { type: TYPE, ...theirs, message: "as we see it", lastTransitionTime, observedGeneration: 1 };
      const others = conditions.filter((condition) => condition !== before);
      const path = `${PATH}/${name}/status?fieldManager=telemetry-manager`;
      expect(await request("PUT", path, { ...object, status: { conditions: [...others, mine] } })).toMatchObject({ status: 200 });
      writes++;
    },
  };
}

/** Passes of the product at any time of day, over this one pipeline. */
function ourRuns(name: string) {
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
      return (await explainCluster(entryIn("own"), cluster, timeAfter(seconds))).resources[0]!;
    },
  };
}

async function current(name: string) {
  return parseResource(of, (await request("GET", `${PATH}/${name}`)).body);
}

/** When we write, in seconds, over half an hour of ticks, each of which the other writer answers at once. */
async function writesInHalfAnHour({ us, them }: Awaited<ReturnType<typeof aPipeline>>, mode: Mode): Promise<readonly number[]> {
  const writes: number[] = [];
  for (let seconds = 0; seconds < 1_800; seconds += TICK_S) {
    const { was } = await us.pass(seconds, mode);
    if (was === "patched") writes.push(seconds);
    await them.answer(seconds);
  }
  return writes;
}

test("against a writer that disagrees, we write once in five minutes", async () => {
  const pipeline = await aPipeline("contested", { status: "True", reason: "FlowHealthy" });
  expect(await writesInHalfAnHour(pipeline, "own")).toEqual([0, 1, 2, 3, 4, 5].map((turn) => turn * TRUCE_S));
});

test("between the writes the outcome and the explanation name the writer", async () => {
  const { us, them } = await aPipeline("contested-by-name", { status: "True", reason: "FlowHealthy" });
  expect(await us.pass(0)).toMatchObject({ was: "patched", condition: OURS });
  await them.answer(0);
  const id = { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "contested-by-name" };
  expect(await us.pass(TICK_S)).toEqual({ ...id, was: "skipped", why: "contested", by: "telemetry-manager" });
  const explanation = await us.explanation(TICK_S);
  expect(explanation).toMatchObject({ verdict: { status: "False" }, before: { status: "True" }, left: "contested" });
  expect(explanation).not.toHaveProperty("patch");
  expect(explanationText("real", explanation)).toContain("none for now: telemetry-manager has just written True FlowHealthy");
  expect(explanationText("real", await us.explanation(TRUCE_S))).toContain("True FlowHealthy → False GatewayThrottling");
});

test("against a writer that agrees, we never write, whatever words it has", async () => {
  const pipeline = await aPipeline("agreed", { status: "False", reason: "GatewayThrottling" });
  expect(await writesInHalfAnHour(pipeline, "own")).toEqual([]);
  expect(pipeline.them.writes()).toBe(1);
});

test("a writer that gives another reason for the same status has five minutes too", async () => {
  const { us } = await aPipeline("contested-reason", { status: "False", reason: "SomethingElse" });
  expect(await us.pass(0)).toMatchObject({ was: "skipped", why: "contested", by: "telemetry-manager" });
  expect(await us.pass(TRUCE_S + TICK_S)).toMatchObject({ was: "patched", condition: OURS });
});

test("in shadow mode we stand beside it: written once, in nobody's way", async () => {
  const pipeline = await aPipeline("shadowed", { status: "True", reason: "FlowHealthy" });
  const theirs = (await current("shadowed")).conditions;
  expect(await writesInHalfAnHour(pipeline, "shadow")).toEqual([0]);
  expect(pipeline.them.writes()).toBe(1);
  expect((await current("shadowed")).conditions).toEqual([...theirs, expect.objectContaining({ ...OURS, type: `alertstatus.io/${TYPE}` })]);
});

test("shadow mode beside a contest: neither is disturbed by the other", async () => {
  const pipeline = await aPipeline("contested-and-shadowed", { status: "True", reason: "FlowHealthy" });
  await pipeline.us.pass(0, "shadow");
  expect(await writesInHalfAnHour(pipeline, "own")).toHaveLength(1_800 / TRUCE_S);
  expect(await pipeline.us.pass(1_800, "shadow")).toMatchObject({
    was: "unchanged",
    condition: { ...OURS, type: `alertstatus.io/${TYPE}` },
  });
});
