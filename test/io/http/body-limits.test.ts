import { afterAll, expect, test } from "vitest";
import { bodyBudget } from "../../../functions/io/http/body-budget.ts";
import type { Client } from "../../../functions/io/http/client.ts";
import { openConnections } from "../../../functions/io/http/connections.ts";
import { get } from "../../../functions/io/http/request.ts";
import { listResources } from "../../../functions/io/kubernetes/resources.ts";
import { aClient, aLogin } from "../../support/client.ts";
import { serve } from "../../support/http-server.ts";

const closers: (() => unknown)[] = [];
afterAll(() => Promise.all(closers.map((close) => close())));

async function clientTo(handle: Parameters<typeof serve>[0]): Promise<Client> {
  const { url, close } = await serve(handle);
  const connections = openConnections();
  closers.push(close, connections.close);
  return aClient(connections, aLogin({ origin: url }));
}

/** What becomes of an answer that is sent as it stands on the client, where all bodies together may take 100 kB. */
async function read(wireBody: string): Promise<number> {
  const client = await clientTo((_, response) => {
    response.writeHead(200, { connection: "close" }).flushHeaders();
    response.socket?.end(wireBody);
  });
  return (await get({ ...client, bodies: bodyBudget({ allBytes: 100_000 }) }, "/")).body.length;
}

test("a body in one piece counts as what it is", async () => {
  expect(await read(`${(90_000).toString(16)}\r\n${" ".repeat(90_000)}\r\n0\r\n\r\n`)).toBe(90_000);
});

test("one in many pieces counts as what it takes to keep them", async () => {
  await expect(read(`${"1\r\n \r\n".repeat(1_000)}0\r\n\r\n`)).rejects.toMatchObject({ code: "too-large" });
});

test("a list whose pages never end is given up before it fills the memory", async () => {
  const page = JSON.stringify({ items: [], metadata: { continue: "more", padding: " ".repeat(7 * 2 ** 20) } });
  let pages = 0;
  const client = await clientTo((_, response) => {
    pages++;
    response.end(page);
  });
  const of = { group: "example.org", version: "v1", plural: "queues", kind: "Queue" };
  await expect(listResources(client, of)).rejects.toMatchObject({ code: "too-large", message: "listing queues: more than 128 MiB" });
  expect(pages).toBe(19);
});
