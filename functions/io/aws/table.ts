// Items of a DynamoDB table, each a text under a partition and a name; loaded where there is something to read or write.

import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand, PutItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import { UpstreamError } from "../../core/errors.ts";
import { orUpstreamError, PATIENCE } from "./client.ts";

export type Key = { readonly partition: string; readonly name: string };

/** `atMs` tells a newer item from an older one; the table forgets the item at `expiresMs`. Both are in milliseconds since the epoch. */
export type Item = Key & { readonly text: string; readonly atMs: number; readonly expiresMs: number };

const client = new DynamoDBClient(PATIENCE);

/** Writes an item, unless a newer one is there already; an {@link UpstreamError} where the table does not take it within `withinMs`. */
export async function putItem(table: string, { partition, name, text, atMs, expiresMs }: Item, withinMs: number): Promise<void> {
  const command = new PutItemCommand({
    TableName: table,
    Item: {
      partition: { S: partition },
      name: { S: name },
      text: { S: text },
      atMs: { N: String(atMs) },
      expiresAt: { N: String(Math.ceil(expiresMs / 1_000)) },
    },
    ConditionExpression: "attribute_not_exists(atMs) OR atMs <= :atMs",
    ExpressionAttributeValues: { ":atMs": { N: String(atMs) } },
  });
  await bounded("dynamodb:PutItem", withinMs, async (abortSignal) => {
    await client.send(command, { abortSignal }).catch((error: unknown) => {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    });
  });
}

/** The text of an item, as it is now; undefined where there is none. */
export async function readItem(table: string, { partition, name }: Key, withinMs: number): Promise<string | undefined> {
  const command = new GetItemCommand({ TableName: table, Key: { partition: { S: partition }, name: { S: name } }, ConsistentRead: true });
  const { Item } = await bounded("dynamodb:GetItem", withinMs, (abortSignal) => client.send(command, { abortSignal }));
  return Item?.text?.S;
}

/** The names of the items of a partition that begin with `prefix`, as they are now. */
export function listNames(table: string, partition: string, prefix: string, withinMs: number): Promise<readonly string[]> {
  const query = {
    TableName: table,
    KeyConditionExpression: "#partition = :partition AND begins_with(#name, :prefix)",
    ProjectionExpression: "#name",
    ExpressionAttributeNames: { "#partition": "partition", "#name": "name" },
    ExpressionAttributeValues: { ":partition": { S: partition }, ":prefix": { S: prefix } },
    ConsistentRead: true,
  };
  return bounded("dynamodb:Query", withinMs, async (abortSignal) => {
    const names: string[] = [];
    for await (const { Items = [] } of paginateQuery({ client }, query, { abortSignal }))
      names.push(...Items.flatMap(({ name }) => name?.S ?? []));
    return names;
  });
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
