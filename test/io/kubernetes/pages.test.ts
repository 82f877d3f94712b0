// Holds a LIST to reading every object of a kind, however large its objects and however odd some of them are.

import { afterEach, describe, expect, test } from "vitest";
import { isMalformed } from "../../../functions/core/kubernetes/item.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { keptBudget } from "../../../functions/io/kubernetes/kept-budget.ts";
import { listResources } from "../../../functions/io/kubernetes/resources.ts";
import { kinds } from "../../support/builders.ts";
import { aClient, aLogin } from "../../support/client.ts";
import { serve } from "../../support/http-server.ts";

const of = kinds.TracePipeline;
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server of these objects, which pages as a real one does; `asked` are the limits that it was asked for. */
async function serveObjects(objects: readonly unknown[], { ignoresLimit = false, expiresOnce = false } = {}) {
  const asked: number[] = [];
  let hasExpired = !expiresOnce;
  const { url, close } = await serve((request, response) => {
    const query = new URL(request.url ?? "", "http://any").searchParams;
    const [limit, start] = [Number(query.get("limit")), Number(query.get("continue") ?? 0)];
    asked.push(limit);
    if (start > 0 && !hasExpired) {
      hasExpired = true;
      response.writeHead(410).end('{"kind":"Status","code":410,"message":"expired"}');
      return;
    }
    const end = ignoresLimit ? objects.length : Math.min(start + limit, objects.length);
    const metadata = { continue: end < objects.length ? String(end) : "" };
    response.end(JSON.stringify({ metadata, items: objects.slice(start, end) }));
  });
  const connections = openConnections();
  closers.push(connections.close, close);
  return { asked, client: aClient(connections, aLogin({ origin: url })) };
}

const anObject = (index: number, more: object = {}) => ({ metadata: { name: `object-${index}`, resourceVersion: "1" }, ...more });
const some = (count: number, more: object = {}) => Array.from({ length: count }, (_, index) => anObject(index, more));

describe("a list of", () => {
  test.each([
    { what: "34 objects of 255 KB", count: 34, bytes: 255_000, smallest: 31 },
    { what: "130 objects of 100 KB", count: 130, bytes: 100_000, smallest: 62 },
    { what: "three objects of 7 MiB", count: 3, bytes: 7 * 2 ** 20, smallest: 1 },
  ])("$what is read whole, in pages as large as one answer may be", async ({ count, bytes, smallest }) => {
    const { asked, client } = await serveObjects(some(count, { spec: { text: "x".repeat(bytes) } }));
    const items = await listResources(client, of, { paths: () => [], kept: keptBudget().open() });
    expect(items.map(({ name }) => name)).toEqual(some(count).map(({ metadata }) => metadata.name));
    expect(Math.min(...asked)).toBe(smallest);
  });

  test("one object that no answer can hold fails", async () => {
    const { client } = await serveObjects(some(1, { spec: { text: "x".repeat(9 * 2 ** 20) } }));
    await expect(listResources(client, of)).rejects.toMatchObject({ code: "too-large" });
  });

  test("120,000 items on one page fails without keeping any", async () => {
    const { client } = await serveObjects(some(120_000), { ignoresLimit: true });
    await expect(listResources(client, of)).rejects.toMatchObject({ code: "too-many" });
  });

  test("49,999 items on one page is read whole", async () => {
    const { client } = await serveObjects(some(49_999), { ignoresLimit: true });
    expect(await listResources(client, of, { paths: () => [] })).toHaveLength(49_999);
  });

  test("items that expire half-way is read from the start", async () => {
    const { asked, client } = await serveObjects(some(700), { expiresOnce: true });
    expect(await listResources(client, of)).toHaveLength(700);
    expect(asked).toHaveLength(4);
  });

  test("items with an odd one among them has the others", async () => {
    const odd = [null, 7, { metadata: { name: "a" } }, anObject(1, { status: "__proto__" })];
    const { client } = await serveObjects([...odd, ...some(5)]);
    const items = await listResources(client, of, { paths: () => [] });
    expect(items.map(isMalformed)).toEqual([...odd.map(() => true), ...some(5).map(() => false)]);
  });
});

describe("what a run keeps", () => {
  test.each([
    { what: "a small list is all of it", text: 10, keeps: ["metadata", "spec"] },
    { what: "a large list is what is judged", text: 40_000, keeps: ["metadata"] },
  ])("of an object in $what", async ({ text, keeps }) => {
    const { client } = await serveObjects([anObject(1, { spec: { text: "x".repeat(text) } })]);
    const items = await listResources(client, of, { paths: () => [] });
    expect(items.map((item) => !isMalformed(item) && Object.keys(item.object))).toEqual([keeps]);
  });

  test("of small lists counts by their text", async () => {
    const { client } = await serveObjects(some(5, { spec: { text: "x".repeat(1_000) } }));
    const kept = keptBudget({ eachBytes: 20_000 }).open();
    await expect(listResources(client, of, { paths: () => [], kept })).rejects.toMatchObject({ code: "too-large" });
  });

  test("of one cluster is bounded, and the same fits where more is allowed", async () => {
    const { client } = await serveObjects(some(1_000, { status: { conditions: [{ type: "A", status: "x".repeat(1_000) }] } }));
    const kept = keptBudget({ eachBytes: 2 ** 20 }).open();
    await expect(listResources(client, of, { paths: () => [], kept })).rejects.toMatchObject({ code: "too-large" });
    expect(await listResources(client, of, { paths: () => [], kept: keptBudget().open() })).toHaveLength(1_000);
  });

  test("of all clusters together is bounded for those that keep much", () => {
    const budget = keptBudget({ eachBytes: 1_000, allBytes: 1_500, leastBytes: 100 });
    const [large, other, small] = [budget.open(), budget.open(), budget.open()];
    expect([large.add(1_000), other.add(600), small.add(100), small.add(10)]).toEqual([true, false, true, false]);
    large.release();
    expect(other.add(1)).toBe(true);
  });

  test("of outcomes is counted until the run is over", () => {
    const budget = keptBudget({ eachBytes: 10_000, allBytes: 1_000, leastBytes: 10 });
    const [early, late] = [budget.open(), budget.open()];
    for (let count = 0; count < 3; count++) early.add(500);
    early.release();
    expect(late.add(500)).toBe(false);
  });
});
