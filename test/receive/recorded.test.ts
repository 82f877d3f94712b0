// Runs the bodies of real senders through the receiver, in the orders in which they may arrive.

import { beforeEach, describe, expect, test } from "vitest";
import { parseSnsMessage } from "../../functions/receive/sns-message.ts";
import { type Fixture, recorded } from "./fixtures.ts";
import { aReceiver, type Receiver, requested, urlEvent } from "./receiver.ts";

// A second after the alert began to fire.
const nowMs = Date.parse(JSON.parse(recorded("prometheusFiring"))[0].startsAt) + 1_000;

let receiver: Receiver;
beforeEach(() => {
  receiver = aReceiver(() => nowMs);
});

async function push(...fixtures: readonly Fixture[]): Promise<void> {
  for (const fixture of fixtures) {
    const path = `/clusters/eu/${fixture.startsWith("prometheus") ? "api/v2/alerts" : "webhook"}`;
    expect((await receiver.push(urlEvent({ path, body: recorded(fixture) }))).statusCode).toBe(202);
  }
}

describe("a recorded push", () => {
  test.each<{ sent: readonly Fixture[]; events: number }>([
    { sent: ["prometheusFiring"], events: 1 },
    { sent: ["prometheusFiring", "prometheusFiring"], events: 1 },
    { sent: ["prometheusFiring", "prometheusResolved"], events: 2 },
    { sent: ["prometheusFiring", "prometheusResolved", "prometheusResolved"], events: 2 },
    { sent: ["prometheusResolved"], events: 1 },
    { sent: ["alertmanagerFiring"], events: 1 },
    { sent: ["alertmanagerFiring", "alertmanagerFiring", "alertmanagerResolved"], events: 2 },
    { sent: ["alertmanagerTruncated", "alertmanagerTruncated"], events: 2 },
  ])("of $sent requests $events reconciles of its cluster", async ({ sent, events }) => {
    await push(...sent);
    expect(requested(receiver)).toEqual(Array(events).fill(["eu"]));
  });

  test("in the wrong order requests a reconcile of its cluster", async () => {
    await push("prometheusResolved", "prometheusFiring");
    expect(requested(receiver).length).toBeGreaterThan(0);
  });

  test.each([
    { fixture: "snsFiring", state: "firing" },
    { fixture: "snsResolved", state: "resolved" },
  ] as const)("of $fixture holds a $state alert", ({ fixture, state }) => {
    expect(parseSnsMessage(recorded(fixture), false)).toMatchObject({
      alerts: [{ labels: { alertname: "Broken" }, state }],
      isPartial: false,
    });
  });
});
