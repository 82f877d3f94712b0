import { describe, expect, test } from "vitest";
import { UpstreamError } from "../../functions/core/errors.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { isQueueEvent, openBatches } from "../../functions/reconcile/batch.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import type { Part, Ran, Worker } from "../../functions/reconcile/run.ts";
import { aCluster, aFleet } from "../core/fleet/fleet-documents.ts";
import { aBatch } from "../support/lambda.ts";
import { aMessage, type QueueMessage } from "../support/queue-messages.ts";

const fleet = parseFleet(aFleet(aCluster({ name: "buggy" }), aCluster({ name: "eu" }), aCluster({ name: "us" })));
const BUG = new TypeError("undefined is not a pipeline");

describe("a bug that one cluster runs into", () => {
  const connect = async ({ name }: { name: string }) => {
    if (name === "buggy") throw BUG;
    throw new UpstreamError("secret-unreadable", "no such secret");
  };

  test("is told of, and the others have their outcomes", async () => {
    const crashed: unknown[] = [];
    const outcomes = await reconcileFleet(fleet, { connect, onCrash: (...crash) => crashed.push(crash) });
    expect(crashed).toEqual([["buggy", BUG]]);
    expect(outcomes.map(({ cluster, was }) => [cluster, was])).toEqual([
      ["eu", "misconfigured"],
      ["us", "misconfigured"],
    ]);
  });

  test("fails the run where nobody wants to hear of it", async () => {
    await expect(reconcileFleet(fleet, { connect })).rejects.toBe(BUG);
  });
});

describe("of a batch, the messages go back that name a cluster with a bug", () => {
  test.each([
    { names: [["buggy"], ["eu"], ["us", "buggy"], ["us"]], goBack: [0, 2] },
    { names: [["eu"], ["us"]], goBack: [] },
    { names: [["buggy"], ["buggy"]], goBack: [0, 1] },
  ])("$names: $goBack", async ({ names, goBack }) => {
    const messages = names.map((clusters) => aMessage({ clusters }));
    expect(await answer(messages)).toEqual({ batchItemFailures: goBack.map((index) => ({ itemIdentifier: messages[index]?.messageId })) });
  });

  test("and all of them, by an error of the whole function, where the bug is nobody's", async () => {
    const run = () => Promise.reject(BUG);
    await expect(answer([aMessage({ clusters: ["eu"] })], run)).rejects.toBe(BUG);
  });
});

const runInto = async ({ fleet: { clusters } }: Part): Promise<Ran> => ({
  clusters: [],
  crashed: new Map(clusters.flatMap(({ name }) => (name === "buggy" ? [[name, BUG] as const] : []))),
});

async function answer(messages: readonly QueueMessage[], run: Worker["run"] = runInto): Promise<unknown> {
  const silent = () => undefined;
  const report = { begin: silent, info: silent, warn: silent, error: silent, publish: silent };
  const loadFleet = async () => ({ fleet, folder: undefined });
  const event: unknown = aBatch(...messages);
  if (!isQueueEvent(event)) throw new Error("this is no event of a queue");
  return openBatches({ report, loadFleet, run }, 60_000)(event, Number.POSITIVE_INFINITY);
}
