import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openProofs, type Proofs } from "../../functions/cluster/source.ts";
import { judgedCondition, type ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { clockAhead, clockAt } from "../support/clock.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { countRequests, openFleet, type SimulatedFleet, startSimulators } from "./simulated-fleet.ts";

const LISTS = { "GET /tracepipelines": 1, "GET /metricpipelines": 1, "GET /logpipelines": 1 };
const ALERTS = { "GET /api/v1/alerts": 1 };
const PROOF = { "GET /api/v1/rules": 1, "GET /api/v1/status/runtimeinfo": 1 };
const LOST = { firing: [anAlert("TraceGatewayAllDataDropped", { pipeline_name: undefined })] };

const times = (count: number, counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).map(([what, once]) => [what, once * count]));

const statusOf = (outcome: ResourceOutcome) => judgedCondition(outcome)?.status ?? outcome.was;

describe("one cluster", () => {
  let api: Simulator;
  let fleet: SimulatedFleet;
  let proofs: Proofs;
  beforeAll(async () => {
    api = await startSimulator();
    for (const name of ["one", "two"]) api.put(aResource({ name }).object);
    fleet = await openFleet([{ name: "only", api }]);
  });
  afterAll(async () => {
    await fleet.close();
    await api.close();
  });
  beforeEach(async () => {
    api.setAlerts(alertsBody());
    proofs = openProofs();
    await fleet.pass(proofs);
  });

  test("a quiet pass costs the alerts and one list of each kind", async () => {
    expect(await countRequests(api, () => fleet.pass(proofs))).toEqual({ ...ALERTS, ...LISTS });
  });

  test("a cold one costs the proof too, and writes nothing either", async () => {
    expect(await countRequests(api, () => fleet.pass())).toEqual({ ...ALERTS, ...LISTS, ...PROOF });
  });

  test("the proof is read once a minute, however many passes there are", async () => {
    let aheadMs = 30_000;
    const clock = clockAhead(() => aheadMs);
    const manyPasses = async () => {
      for (let pass = 0; pass < 20; pass++) await fleet.pass(proofs, clock);
    };
    expect(await countRequests(api, manyPasses)).toEqual(times(20, { ...ALERTS, ...LISTS }));
    aheadMs = 60_000;
    expect(await countRequests(api, manyPasses)).toEqual({ ...times(20, { ...ALERTS, ...LISTS }), ...PROOF });
  });

  test("also where the function was frozen meanwhile, and with it every clock but the time of day", async () => {
    const later = clockAt(() => Date.now() + 60_000);
    expect(await countRequests(api, () => fleet.pass(proofs, later))).toEqual({ ...ALERTS, ...LISTS, ...PROOF });
  });

  test("also where the time of day was set back meanwhile", async () => {
    const later = { ...clockAhead(() => 60_000), nowMs: () => Date.now() - 60_000 };
    expect(await countRequests(api, () => fleet.pass(proofs, later))).toEqual({ ...ALERTS, ...LISTS, ...PROOF });
  });

  test("a proof that fails is read again: the first pass after an outage of the source heals", async () => {
    api.setAlerts(undefined);
    proofs = openProofs();
    const statuses = async () => (await fleet.pass(proofs)).flatMap(({ resources }) => resources.map(statusOf));
    expect(await statuses()).toEqual(["Unknown", "Unknown"]);
    api.setAlerts(alertsBody());
    expect(await statuses()).toEqual(["True", "True"]);
  });

  test("a pass that changes something asks for alerts and proof once more, however much it changes", async () => {
    api.setAlerts(alertsBody(LOST));
    const writes = { "PATCH /tracepipelines/one/status": 1, "PATCH /tracepipelines/two/status": 1 };
    expect(await countRequests(api, () => fleet.pass(proofs))).toEqual({ ...times(2, ALERTS), ...LISTS, ...PROOF, ...writes });
    expect(await countRequests(api, () => fleet.pass(proofs))).toEqual({ ...ALERTS, ...LISTS });
  });
});

test("a source that its owner vouches for is never asked for proof", async () => {
  const api = await startSimulator();
  api.put(aResource().object);
  const fleet = await openFleet([{ name: "only", api, alerts: { url: api.alertsUrl, proof: "none" } }]);
  const writes = { "PATCH /tracepipelines/backend/status": 1 };
  expect(await countRequests(api, () => fleet.pass())).toEqual({ ...times(2, ALERTS), ...LISTS, ...writes });
  expect(await countRequests(api, () => fleet.pass())).toEqual({ ...ALERTS, ...LISTS });
  await fleet.close();
  await api.close();
});

test("a source that clusters share is asked once for all of them", async () => {
  const central = await startSimulator();
  const apis = await startSimulators(3);
  const fleet = await openFleet(
    apis.map((api, index) => ({ name: `c${index}`, api, alerts: { url: central.alertsUrl, labels: { cluster: `c${index}` } } })),
  );
  for (const api of apis) api.put(aResource().object);
  await fleet.pass();
  const proofs = openProofs();
  expect(await countRequests(central, () => fleet.pass(proofs))).toEqual({ ...ALERTS, ...PROOF });
  expect(await countRequests(central, () => fleet.pass(proofs))).toEqual(ALERTS);
  expect(await countRequests(apis[0]!, () => fleet.pass(proofs))).toEqual(LISTS);
  await fleet.close();
  await Promise.all([central, ...apis].map((simulator) => simulator.close()));
});
