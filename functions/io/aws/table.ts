// Items of a DynamoDB table, each a text under a partition and a name; loaded where there is something to read or write.

import { deflateRawSync, inflateRawSync } from "node:zlib";
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
} from "@aws-sdk/client-dynamodb";
import { UpstreamError } from "../../core/errors.ts";
import { orUpstreamError, PATIENCE } from "./client.ts";

export type Key = { readonly partition: string; readonly name: string };

/** What is kept under a key: `atMs` tells a newer item from an older one, in milliseconds since the epoch. */
export type Kept = Key & { readonly text: string; readonly atMs: number };

/** The table forgets the item at `expiresMs`, in milliseconds since the epoch; without it, never. */
export type Item = Kept & { readonly expiresMs?: number };

/** When a table is asked, in milliseconds since the epoch, and how long it has for its answer. */
export type Moment = { readonly nowMs: number; readonly withinMs: number };

/** The names of a partition from one to another, both included. */
export type Range = { readonly from: string; readonly to: string };

type Attributes = Record<string, AttributeValue>;

const client = new DynamoDBClient(PATIENCE);
// It prepares each answer for a log that there is none of, which takes as long as reading the answer.
client.middlewareStack.remove("loggerMiddleware");
// Below this, an item is billed the same whether it is deflated or not.
const LEAST_DEFLATED = 512;
// By what a text grows at most, as a rule. Node's own first guess is 16 KB for each of thousands of items.
const GROWTH = 8;

/**
 * Writes an item, unless a newer one is there already or, with `basedOn`, unless what is there is exactly the item of that time; whether it
 * is there now. An {@link UpstreamError} where the table does not take it in time.
 */
export async function putItem(table: string, item: Item, withinMs: number, basedOn?: number | "nothing"): Promise<boolean> {
  const { partition, name, text, atMs, expiresMs } = item;
  const command = new PutItemCommand({
    TableName: table,
    Item: {
      partition: { S: partition },
      name: { S: name },
      text: text.length < LEAST_DEFLATED ? { S: text } : { B: deflateRawSync(text) },
      atMs: { N: String(atMs) },
      ...(expiresMs !== undefined && { expiresAt: { N: String(Math.ceil(expiresMs / 1_000)) } }),
    },
    ...conditionOf(atMs, basedOn),
  });
  return bounded("dynamodb:PutItem", withinMs, async (abortSignal) => {
    try {
      await client.send(command, { abortSignal });
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return false;
    }
  });
}

function conditionOf(atMs: number, basedOn: number | "nothing" | undefined): object {
  // What has expired may stand there for days.
  const now = { ":now": { N: String(atMs / 1_000) } };
  if (basedOn === "nothing")
    return { ConditionExpression: "attribute_not_exists(atMs) OR expiresAt <= :now", ExpressionAttributeValues: now };
  const compared = { ":atMs": { N: String(basedOn ?? atMs) } };
  const expression = basedOn === undefined ? "attribute_not_exists(atMs) OR atMs <= :atMs" : "atMs = :atMs";
  return { ConditionExpression: expression, ExpressionAttributeValues: compared };
}

/** An item as it is now; undefined where there is none, or one that has expired. */
export async function readItem(table: string, { partition, name }: Key, { nowMs, withinMs }: Moment): Promise<Kept | undefined> {
  const command = new GetItemCommand({ TableName: table, Key: { partition: { S: partition }, name: { S: name } }, ConsistentRead: true });
  const { Item } = await bounded("dynamodb:GetItem", withinMs, (abortSignal) => client.send(command, { abortSignal }));
  return Item === undefined || expiresMsOf(Item) <= nowMs ? undefined : keptOf(Item);
}

/** The items of a partition by their names, as they are now, without those that have expired: the table itself takes days to forget them. */
export function listItems(table: string, partition: string, { from, to }: Range, { nowMs, withinMs }: Moment): Promise<readonly Kept[]> {
  const query = {
    TableName: table,
    KeyConditionExpression: "#partition = :partition AND #name BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#partition": "partition", "#name": "name" },
    ExpressionAttributeValues: { ":partition": { S: partition }, ":from": { S: from }, ":to": { S: to } },
    ConsistentRead: true,
  };
  return bounded("dynamodb:Query", withinMs, async (abortSignal) => {
    const items: Kept[] = [];
    for await (const { Items = [] } of paginateQuery({ client }, query, { abortSignal }))
      for (const item of Items) if (expiresMsOf(item) > nowMs) items.push(keptOf(item));
    return items;
  });
}

function expiresMsOf({ expiresAt }: Attributes): number {
  return expiresAt?.N === undefined ? Number.POSITIVE_INFINITY : Number(expiresAt.N) * 1_000;
}

function keptOf({ partition, name, text, atMs }: Attributes): Kept {
  return { partition: partition?.S ?? "", name: name?.S ?? "", text: textOf(text), atMs: Number(atMs?.N) };
}

function textOf(text: AttributeValue | undefined): string {
  if (text?.B === undefined) return text?.S ?? "";
  return inflateRawSync(text.B, { chunkSize: Math.max(64, GROWTH * text.B.length) }).toString("utf8");
}

async function bounded<Answer>(action: string, withinMs: number, call: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> {
  const signal = AbortSignal.timeout(withinMs);
  try {
    return await orUpstreamError(action, call(signal));
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new UpstreamError("timeout", `${action}: no answer within ${withinMs} ms`);
  }
}
