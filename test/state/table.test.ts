// The state on a table that plays DynamoDB, and what becomes of it where the table fails.

import { afterAll, describe, expect, test } from "vitest";
import { awsEnvironment } from "../support/event-bridge.ts";
import { startStateTable } from "../support/state-table.ts";
import { keepingState } from "./table-suite.ts";

const table = await startStateTable();
afterAll(() => table.close());

keepingState(
  () => "state",
  () => ({ ...awsEnvironment("http://127.0.0.1:1"), ...table.env }),
);

const ran = { outcomes: new Map(), labels: new Map(), atMs: 1_000_000_500, ms: 1, leftMs: () => 1_000 };
const shard = { clusters: ["a"], atMs: 1_000_000_500 };
const open = async (withinMs = 1_000) => (await import("../../functions/state/store.ts")).openStore("state", 2_000, withinMs);

describe("a table that", () => {
  test.each([
    { what: "refuses", status: 400, says: "AccessDeniedException" },
    { what: "is unavailable", status: 503, says: "AccessDeniedException" },
    { what: "says nothing", status: 0, says: "no answer within 300 ms" },
  ])("$what leaves a mark unwritten, and says why", async ({ status, says }) => {
    const { recordShards } = await import("../../functions/state/record.ts");
    table.fail(status, "PutItem");
    const { marks } = await recordShards(await open(300), ran, [shard]);
    expect(marks.map(({ message }) => message)).toEqual([`dynamodb:PutItem: ${says}`]);
    table.reset();
  });

  test("cannot be read takes the mark all the same, so that the shard is accounted for", async () => {
    const { recordShards } = await import("../../functions/state/record.ts");
    table.fail(400, "GetItem");
    const { marks, others } = await recordShards(await open(), ran, [shard]);
    expect([marks, others.length, table.items().length]).toEqual([[], 1, 1]);
    table.reset();
  });

  test.each(["GetItem", "Query"])("refuses %s tells nothing of the last tick but that", async (action) => {
    const { readLastTick, writeTick } = await import("../../functions/state/tick.ts");
    await writeTick(await open(), { atMs: 1_000, shards: [], apart: [] }, {});
    table.fail(400, action);
    const { last, failure } = await readLastTick(await open(), 2_000);
    expect({ last, message: failure?.message }).toEqual({ last: undefined, message: `dynamodb:${action}: AccessDeniedException` });
    table.reset();
  });

  test.each(["", "no JSON", '{"atMs":"now"}'])("holds %j in place of a tick knows of none", async (text) => {
    const { readLastTick } = await import("../../functions/state/tick.ts");
    table.put({ partition: { S: "ticks" }, name: { S: "last" }, text: { S: text }, atMs: { N: "1" } });
    expect(await readLastTick(await open(), 2)).toEqual({});
    table.reset();
  });
});

test("a mark is forgotten two days after its run, in seconds as DynamoDB reads it", async () => {
  const { recordShards } = await import("../../functions/state/record.ts");
  await recordShards(await open(), ran, [shard]);
  expect(table.items().map(({ expiresAt }) => expiresAt)).toEqual([{ N: String(1_000_001 + 172_800) }]);
  table.reset();
});

test("a quiet run reads the mark of its shard, writes it anew, and nothing else", async () => {
  const { recordShards } = await import("../../functions/state/record.ts");
  const outcomes = new Map(
    ["a", "b"].map((cluster) => [cluster, { cluster, was: "reconciled", resources: [], unlisted: [], ms: 1 } as const]),
  );
  const shards = [{ clusters: ["a", "b"], atMs: 1 }];
  // The turn in which the first of a shard is compared whatever its fingerprint is another one.
  const atMs = 30 * 60_000;
  await recordShards(await open(), { ...ran, outcomes, atMs }, shards);
  const before = table.actions().length;
  await recordShards(await open(), { ...ran, outcomes, atMs: atMs + 60_000 }, shards);
  expect(table.actions().slice(before)).toEqual(["GetItem", "PutItem"]);
  table.reset();
});
