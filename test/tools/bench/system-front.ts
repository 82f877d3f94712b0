// The process through which the functions of the benchmark of the system call AWS: it passes each call on, and counts it.

import { createServer, type IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { buffer } from "node:stream/consumers";

/** The cloud behind it, which is told first. */
export type Behind = { readonly url: string; readonly ca: string };
/** The calls since they were asked for last, by service and action, and what DynamoDB bills of them; every further message asks. */
export type Called = { readonly calls: Readonly<Record<string, number>>; readonly readUnits: number; readonly writeUnits: number };

const READ_UNIT = 4_096;
const WRITE_UNIT = 1_024;

const calls = new Map<string, number>();
let readUnits = 0;
let writeUnits = 0;

process.once("message", ({ url, ca }: Behind) => {
  const agent = new Agent({ ca, keepAlive: true });
  const server = createServer(async (call, answer) => {
    const body = await buffer(call);
    const passedOn = request(`${url}${call.url}`, { agent, method: call.method, headers: call.headers }, async (response) => {
      const answered = await buffer(response);
      count(actionOf(call, body), body, answered);
      answer.writeHead(response.statusCode ?? 500, response.headers).end(answered);
    });
    passedOn.on("error", () => answer.destroy()).end(body);
  });
  server.keepAliveTimeout = 120_000;
  server.listen(0, "127.0.0.1", () => {
    const bound = server.address();
    if (bound !== null && typeof bound !== "string") process.send?.(`http://127.0.0.1:${bound.port}`);
  });
  process.on("message", () => {
    process.send?.({ calls: Object.fromEntries(calls), readUnits, writeUnits } satisfies Called);
    calls.clear();
    readUnits = 0;
    writeUnits = 0;
  });
});
process.once("disconnect", () => process.exit());

// In JSON an item is larger than it is billed.
function count(action: string, body: Buffer, answered: Buffer): void {
  calls.set(action, (calls.get(action) ?? 0) + 1);
  if (action.endsWith(".PutItem")) writeUnits += Math.ceil(JSON.stringify(JSON.parse(String(body)).Item).length / WRITE_UNIT);
  if (/\.(GetItem|Query)$/.test(action)) readUnits += Math.ceil(answered.length / READ_UNIT);
}

function actionOf({ headers, method }: IncomingMessage, body: Buffer): string {
  const target = headers["x-amz-target"];
  if (target !== undefined) return String(target).replace(/_\d+/, "");
  return new URLSearchParams(String(body)).get("Action") ?? `S3.${method}`;
}
