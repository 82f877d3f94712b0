import { describe, expect, test } from "vitest";
import { attentionLines } from "../../functions/cli/attention-output.ts";
import { ConfigError, UpstreamError } from "../../functions/core/errors.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { isAllWell } from "../../functions/core/outcome/attention.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import type { Report } from "../../functions/io/report.ts";
import { isQueueEvent, reconcileBatch } from "../../functions/reconcile/batch.ts";
import { reconcileDirect } from "../../functions/reconcile/direct.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { openWorker, type Worker } from "../../functions/reconcile/run.ts";
import { aCluster, aFleet } from "../core/fleet/fleet-documents.ts";
import { aResource } from "../support/builders.ts";
import { aBatch } from "../support/lambda.ts";
import { aMessage, aTick, type QueueMessage } from "../support/queue-messages.ts";

const fleet = parseFleet(aFleet(aCluster({ name: "buggy" }), aCluster({ name: "eu" }), aCluster({ name: "us" })));
const BUG = new TypeError("undefined is not a pipeline");
const CRASHED = {
  cluster: "buggy",
  was: "crashed",
  message: "undefined is not a pipeline",
  crash: { error: "TypeError", frames: expect.arrayContaining([expect.stringContaining("crash.test.ts")]) },
};

function connectTo({ name }: { name: string }): never {
  if (name === "buggy") throw BUG;
  throw new UpstreamError("secret-unreadable", "no such secret");
}
const connect = async (entry: { name: string }) => connectTo(entry);

const wasEach = (outcomes: readonly ClusterOutcome[]) => outcomes.map(({ cluster, was }) => [cluster, was]);
const EACH = [
  ["buggy", "crashed"],
  ["eu", "misconfigured"],
  ["us", "misconfigured"],
];

describe("a bug in one cluster", () => {
  test("is that cluster's outcome, and the others have theirs", async () => {
    const outcomes = await reconcileFleet(fleet, { connect });
    expect(wasEach(outcomes)).toEqual(EACH);
    expect(outcomes[0]).toMatchObject({ ...CRASHED, resources: [], unlisted: [], ms: expect.any(Number) });
  });

  test("in the middle of a write is its outcome too", async () => {
    const cluster = {
      readAlerts: async () => [],
      list: async () => [aResource()],
      read: async () => aResource(),
      patch: () => Promise.reject(BUG),
    };
    const outcomes = await reconcileFleet(fleet, { connect: async (entry) => (entry.name === "buggy" ? cluster : connectTo(entry)) });
    expect(wasEach(outcomes)).toEqual(EACH);
  });

  test("makes the terminal exit with 1, and shows its place in the code there", async () => {
    const outcomes = await reconcileFleet(fleet, { connect });
    const crashed = outcomes.slice(0, 1);
    expect(isAllWell(crashed)).toBe(false);
    const [line, frame] = attentionLines(crashed);
    expect(line).toContain("crashed: undefined is not a pipeline");
    expect(frame).toMatch(/^ {2}at .*crash\.test\.ts/);
  });
});

test("a wrong deployment fails the whole run", async () => {
  const misdeployed = () => Promise.reject(new ConfigError("no region is known"));
  await expect(reconcileFleet(fleet, { connect: misdeployed })).rejects.toThrow("no region is known");
});

describe("in the function, a bug in one cluster", () => {
  test("brings no message back but what is malformed", async () => {
    const bad = aMessage({ clusters: [] });
    const { answer } = await answerTo(aTick(["buggy"]), aTick(["eu"]), aMessage({ clusters: ["us", "buggy"] }), bad);
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: bad.messageId }] });
  });

  test("is counted and accounted for", async () => {
    const { metrics } = await answerTo(aTick(["buggy", "eu", "us"]));
    const counts = { RunsCompleted: 1, ClustersCrashed: 1, ClustersMisconfigured: 2, ClustersAccounted: 3 };
    expect(metrics).toEqual([expect.objectContaining(counts)]);
  });

  test("has one line of the log, an error, with its place in the code", async () => {
    const { errors } = await answerTo(aTick(["buggy", "eu"]));
    const { message: why, ...crashed } = CRASHED;
    expect(errors).toEqual([["cluster needs attention", expect.objectContaining({ ...crashed, why })]]);
  });

  test("is data in the answer to a direct payload", async () => {
    const { clusters, summary } = await reconcileDirect(aBuggyWorker(), {}, Number.POSITIVE_INFINITY);
    expect(wasEach(clusters)).toEqual(EACH);
    expect(clusters[0]).toMatchObject(CRASHED);
    expect(summary.clusters).toMatchObject({ crashed: 1, misconfigured: 2 });
  });
});

test("a bug that belongs to no cluster fails the invocation", async () => {
  const broken = { ...aBuggyWorker(), loadFleet: () => Promise.reject(BUG) };
  await expect(reconcileDirect(broken, {}, Number.POSITIVE_INFINITY)).rejects.toBe(BUG);
});

async function answerTo(...messages: readonly QueueMessage[]) {
  const errors: unknown[] = [];
  const metrics: object[] = [];
  const worker = aBuggyWorker({ error: (...line) => errors.push(line), publish: (sent) => metrics.push(sent) });
  const event: unknown = aBatch(...messages);
  if (!isQueueEvent(event)) throw new Error("this is no event of a queue");
  return { answer: await reconcileBatch(worker, event, Number.POSITIVE_INFINITY), errors, metrics };
}

function aBuggyWorker(listener: Partial<Report> = {}): Worker {
  const silent = () => undefined;
  const report = { begin: silent, info: silent, warn: silent, error: silent, publish: silent, ...listener };
  const worker = openWorker({ fleet: "file:fleet.yml", tickMs: 60_000, pushPatienceMs: 10_000, shardSize: 200 }, report);
  return { ...worker, loadFleet: async () => ({ fleet, folder: undefined }), logins: { ...worker.logins, ofCluster: connectTo } };
}
