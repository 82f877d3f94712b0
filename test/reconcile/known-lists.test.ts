// Holds a warm process to its lists: what has not changed is parsed once, and no run changes what it was given.

import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { isObject } from "../../functions/core/json.ts";
import { reconcileDirect } from "../../functions/reconcile/direct.ts";
import { openWorker } from "../../functions/reconcile/run.ts";
import { aResource } from "../support/builders.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";

let api: Simulator;
beforeAll(async () => {
  api = await startSimulator();
  for (const name of ["one", "two"]) api.put(aResource({ name }).object);
  process.env.KNOWN_LISTS_TOKEN = api.token;
});
afterAll(async () => {
  delete process.env.KNOWN_LISTS_TOKEN;
  await api.close();
});

function frozen<T>(value: T): T {
  if (isObject(value) || Array.isArray(value)) for (const part of Object.values(Object.freeze(value))) frozen(part);
  return value;
}

test("a run parses the lists that have changed since the one before, and writes where they are frozen", async () => {
  const silent = () => undefined;
  const report = { begin: silent, info: silent, warn: silent, error: silent, publish: silent };
  const kubernetes = { server: api.url, auth: { token: { env: "KNOWN_LISTS_TOKEN" } } };
  const fleet = parseFleet({ clusters: [{ name: "only", kubernetes }] });
  const worker = openWorker({ fleet: "file:fleet.yml", tickMs: 60_000, pushPatienceMs: 10_000, shardSize: 200 }, report);
  const parsed: string[] = [];
  const lists: typeof worker.lists = {
    read: (key, text, parse) =>
      worker.lists.read(key, text, () => {
        parsed.push(key.replace(/.*\/(\w+)\?.*/, "$1"));
        return frozen(parse());
      }),
  };
  const run = async () => {
    parsed.length = 0;
    const { summary } = await reconcileDirect(
      { ...worker, lists, loadFleet: async () => ({ fleet, folder: "." }) },
      {},
      Number.POSITIVE_INFINITY,
    );
    return { parsed: parsed.toSorted(), resources: summary.resources };
  };
  const all = ["logpipelines", "metricpipelines", "tracepipelines"];
  expect(await run()).toMatchObject({ parsed: all, resources: { patched: 2 } });
  expect(await run()).toMatchObject({ parsed: ["tracepipelines"], resources: { patched: 0, unchanged: 2 } });
  expect(await run()).toMatchObject({ parsed: [], resources: { patched: 0, unchanged: 2 } });
  await worker.connections.close();
});
