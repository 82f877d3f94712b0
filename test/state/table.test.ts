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

describe("a table that", () => {
  test.each([
    { what: "refuses", status: 400, says: "AccessDeniedException" },
    { what: "is unavailable", status: 503, says: "AccessDeniedException" },
    { what: "says nothing", status: 0, says: "no answer within 300 ms" },
  ])("$what leaves a mark unwritten, and says why", async ({ status, says }) => {
    const { markShards } = await import("../../functions/state/record.ts");
    table.fail(status, "PutItem");
    const failures = await markShards("state", [{ clusters: ["a"], atMs: 1 }], 300);
    expect(failures.map(({ message }) => message)).toEqual([`dynamodb:PutItem: ${says}`]);
    table.reset();
  });

  test.each(["GetItem", "Query"])("refuses %s tells nothing of the last tick but that", async (action) => {
    const { readLastTick, writeTick } = await import("../../functions/state/tick.ts");
    await writeTick("state", { atMs: 1_000, shards: [], apart: [] });
    table.fail(400, action);
    const { last, failure } = await readLastTick("state", 2_000);
    expect({ last, message: failure?.message }).toEqual({ last: undefined, message: `dynamodb:${action}: AccessDeniedException` });
    table.reset();
  });

  test.each(["", "no JSON", '{"atMs":"now"}'])("holds %j in place of a tick knows of none", async (text) => {
    const { readLastTick } = await import("../../functions/state/tick.ts");
    table.put({ partition: { S: "ticks" }, name: { S: "last" }, text: { S: text }, atMs: { N: "1" } });
    expect(await readLastTick("state", 2)).toEqual({});
    table.reset();
  });
});

test("an item is forgotten two days after its tick, in seconds as DynamoDB reads it", async () => {
  const { markShards } = await import("../../functions/state/record.ts");
  await markShards("state", [{ clusters: ["a"], atMs: 1_000_000_500 }], 1_000);
  expect(table.items().map(({ expiresAt }) => expiresAt)).toEqual([{ N: String(1_000_001 + 172_800) }]);
});
