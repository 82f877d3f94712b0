// Plays as much of DynamoDB as the state needs; test/state/table-suite.ts holds it to what the local cloud does.

import { text } from "node:stream/consumers";
import { serve } from "./http-server.ts";

/** An item as the wire has it: each attribute under the name of its type. */
type Attributes = Readonly<Record<string, { readonly S?: string; readonly N?: string; readonly B?: string }>>;

export type StateTable = {
  /** What the environment of a program must say, so that it asks here. */
  readonly env: Readonly<Record<string, string>>;
  items(): readonly Attributes[];
  /** The actions that were asked for, such as PutItem. */
  actions(): readonly string[];
  put(item: Attributes): void;
  /** From now on these actions, such as PutItem, are answered with the status; 0 is no answer at all, 200 the right one again. */
  fail(status: number, ...actions: readonly string[]): void;
  reset(): void;
  close(): Promise<void>;
};

type Input = {
  readonly Item: Attributes;
  readonly Key: Attributes;
  readonly ConditionExpression: keyof typeof CONDITIONS;
  readonly ExpressionAttributeValues: Readonly<Record<string, { readonly S: string; readonly N: string }>>;
};

const JSON_TYPE = { "content-type": "application/x-amz-json-1.0" };
const keyOf = ({ partition, name }: Attributes) => JSON.stringify([partition?.S, name?.S]);

// Whether an item may be replaced that is there, at that time or now in seconds.
const CONDITIONS = {
  "attribute_not_exists(atMs) OR atMs <= :atMs": ({ atMs }: Attributes, at: number) => Number(atMs?.N) <= at,
  "attribute_not_exists(atMs) OR expiresAt <= :now": ({ expiresAt }: Attributes, _: number, now: number) => Number(expiresAt?.N) <= now,
  "atMs = :atMs": ({ atMs }: Attributes, at: number) => Number(atMs?.N) === at,
};

export async function startStateTable(): Promise<StateTable> {
  const items = new Map<string, Attributes>();
  const failures = new Map<string, number>();
  const actions: string[] = [];
  const { url, close } = await serve(async (request, response) => {
    const action = String(request.headers["x-amz-target"]).replace("DynamoDB_20120810.", "");
    actions.push(action);
    const input: Input = JSON.parse(await text(request));
    const failure = failures.get(action);
    if (failure === 0) return;
    const refused = failure === undefined ? undefined : "AccessDeniedException";
    const { status, body } = refused ? { status: failure ?? 0, body: { __type: refused } } : answerTo(items, action, input);
    response.writeHead(status, JSON_TYPE).end(JSON.stringify(body));
  });
  return {
    env: { AWS_ENDPOINT_URL_DYNAMODB: url },
    items: () => [...items.values()],
    actions: () => actions,
    put: (item) => void items.set(keyOf(item), item),
    fail: (status, ...actions) => {
      for (const action of actions)
        if (status === 200) failures.delete(action);
        else failures.set(action, status);
    },
    reset: () => {
      items.clear();
      failures.clear();
      actions.length = 0;
    },
    close,
  };
}

function answerTo(items: Map<string, Attributes>, action: string, input: Input): { status: number; body: object } {
  const values = input.ExpressionAttributeValues ?? {};
  if (action === "GetItem") return { status: 200, body: { Item: items.get(keyOf(input.Key)) } };
  if (action === "PutItem") {
    const there = items.get(keyOf(input.Item));
    const isFree = there?.atMs === undefined ? !input.ConditionExpression.startsWith("atMs") : isAllowed(there, input);
    if (!isFree) return { status: 400, body: { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException" } };
    items.set(keyOf(input.Item), input.Item);
    return { status: 200, body: {} };
  }
  const isIn = ({ partition, name }: Attributes) =>
    partition?.S === values[":partition"]?.S &&
    (name?.S ?? "") >= (values[":from"]?.S ?? "") &&
    (name?.S ?? "") <= (values[":to"]?.S ?? "");
  const found = [...items.values()].filter(isIn).toSorted((one, other) => ((one.name?.S ?? "") < (other.name?.S ?? "") ? -1 : 1));
  return { status: 200, body: { Items: found } };
}

function isAllowed(there: Attributes, { ConditionExpression, ExpressionAttributeValues: values }: Input): boolean {
  return CONDITIONS[ConditionExpression](there, Number(values[":atMs"]?.N), Number(values[":now"]?.N));
}
