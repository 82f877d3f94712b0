// What happens while a function is frozen, sockets that die and a clock that jumps, costs a pass nothing but connections.

import { afterAll, beforeAll, expect, test } from "vitest";
import { openProofs } from "../../functions/cluster/source.ts";
import { openLogins } from "../../functions/io/auth/logins.ts";
import { aResource } from "../support/builders.ts";
import { clockAt } from "../support/clock.ts";
import type { Simulator } from "../support/simulator.ts";
import { describeOutcomes, openFleet, type SimulatedFleet, startSimulators } from "./simulated-fleet.ts";

const HOURS = 3_600_000;
let simulators: readonly Simulator[];
let fleet: SimulatedFleet;
let frozenMs = 0;
const clock = clockAt(() => Date.now() + frozenMs);

beforeAll(async () => {
  simulators = await startSimulators(5);
  for (const simulator of simulators) simulator.put(aResource().object);
  fleet = await openFleet(simulators.map((api, index) => ({ name: `c${index}`, api })));
});
afterAll(async () => {
  await fleet.close();
  for (const simulator of simulators) await simulator.close();
});

test.each([0, 10 * HOURS])("a pass whose connections have all died, %i ms later, has the outcome of the one before", async (pauseMs) => {
  const [proofs, logins] = [openProofs(), openLogins({ clock })];
  const pass = async () => describeOutcomes(await fleet.pass(proofs, clock, logins));
  await pass();
  const before = await pass();
  expect(before).toHaveLength(5);
  frozenMs += pauseMs;
  // The process hears of it no earlier than its first request is on its way.
  for (const simulator of simulators) {
    simulator.setEvidence({ aheadMs: frozenMs });
    simulator.breakConnections();
  }
  expect(await pass()).toEqual(before);
});
