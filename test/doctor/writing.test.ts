// Tries the dry run of doctor on servers that keep, drop, deny or require something.

import { afterEach, expect, test } from "vitest";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { isObject, valueAt } from "../../functions/core/json.ts";
import { checkWriting } from "../../functions/doctor/writing.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { type Behind, openApi, pipeline, refuse } from "../faults/fault.ts";
import { aResource, kinds } from "../support/builders.ts";
import { aClient, aLogin } from "../support/client.ts";

const [entry] = parseFleet({ clusters: [{ name: "tried", kubernetes: { server: "https://tried.example" } }] }).clusters;
const connections = openConnections();
let behind: Behind | undefined;
afterEach(() => behind?.close());

const required = "status.conditions[0].severity: Required value";
const kept =
  (...dropped: readonly string[]) =>
  ({ body }: { body: string }) => {
    const list = valueAt(JSON.parse(body), ["status", "conditions"]);
    const entries = (Array.isArray(list) ? list : [])
      .filter(isObject)
      .map((one) => Object.entries(one).filter(([key]) => !dropped.includes(key)));
    return { body: pipeline("backend", { status: { conditions: entries.map((fields) => Object.fromEntries(fields)) } }) };
  };

test.each([
  { server: "keeps everything", patch: kept(), was: "ok", message: "accepted and kept whole" },
  { server: "drops the reason", patch: kept("reason"), was: "warning", message: "drops reason" },
  { server: "keeps no type", patch: kept("type"), was: "failed", message: "does not keep it" },
  { server: "requires a field", patch: () => refuse(422, required), was: "failed", message: required },
  {
    server: "denies by a webhook",
    patch: () => refuse(403, 'admission webhook "no" denied the request'),
    was: "failed",
    message: "denied the request",
  },
  { server: "has a newer object", patch: () => refuse(409), was: "skipped", message: "changed meanwhile" },
])("checkWriting returns $was where the API server $server", async ({ patch, was, message }) => {
  const asked: string[] = [];
  behind = await openApi({
    patch: (ask) => {
      asked.push(ask.url.search);
      return patch(ask);
    },
  });
  const api = aClient(connections, aLogin({ origin: behind.url }));
  expect(await checkWriting(entry!, kinds.TracePipeline, [aResource()], api)).toMatchObject({
    was,
    message: expect.stringContaining(message),
  });
  expect(asked).toEqual(["?fieldManager=alertstatus&dryRun=All"]);
});

test("checkWriting tries nothing where there is no object", async () => {
  const api = aClient(connections, aLogin({ origin: "http://127.0.0.1:1" }));
  expect(await checkWriting(entry!, kinds.TracePipeline, [aResource({ deleting: true })], api)).toMatchObject({ was: "skipped" });
});
