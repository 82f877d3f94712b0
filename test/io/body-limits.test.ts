import { afterAll, expect, test } from "vitest";
import { bodyBudget } from "../../functions/io/body-budget.ts";
import { openConnections } from "../../functions/io/connections.ts";
import { get } from "../../functions/io/http.ts";
import { serve } from "../support/http-server.ts";

const closers: (() => unknown)[] = [];
afterAll(() => Promise.all(closers.map((close) => close())));

/** What becomes of an answer that is sent as it stands on the wire, where all bodies together may take 100 kB. */
async function read(wireBody: string): Promise<number> {
  const { url, close } = await serve((_, response) => {
    response.writeHead(200, { connection: "close" }).flushHeaders();
    response.socket?.end(wireBody);
  });
  const connections = openConnections();
  closers.push(close, connections.close);
  const endpoint = { origin: url, basePath: "", headers: {}, secrets: [] };
  const bodies = bodyBudget({ allBytes: 100_000 });
  return (await get({ endpoint, connections, bodies, requestMs: 3_000, deadline: Number.POSITIVE_INFINITY }, "/")).body.length;
}

test("a body in one piece counts as what it is", async () => {
  expect(await read(`${(90_000).toString(16)}\r\n${" ".repeat(90_000)}\r\n0\r\n\r\n`)).toBe(90_000);
});

test("one in many pieces counts as what it takes to keep them", async () => {
  await expect(read(`${"1\r\n \r\n".repeat(1_000)}0\r\n\r\n`)).rejects.toMatchObject({ code: "too-large" });
});
