import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { UpstreamError } from "../../../functions/core/errors.ts";
import { type BusEvent, openBus } from "../../../functions/io/aws/bus.ts";
import { awsEnvironment, type SentEvent, startEventBridge } from "../../support/event-bridge.ts";

const bridge = await startEventBridge();
// The client reads it when it is loaded, which is at the first event.
Object.assign(process.env, awsEnvironment(bridge.url));
const bus = openBus("alertstatus-test");

beforeEach(() => bridge.reset());
afterAll(() => bridge.close());

const events = (count: number, more: object = {}): BusEvent[] =>
  Array.from({ length: count }, (_, number) => ({ detailType: "Reconcile Requested", detail: { number, ...more } }));
const numbers = (sent: readonly SentEvent[]) => sent.map(({ Detail }) => Number(Detail.number)).toSorted((one, other) => one - other);
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

describe("what is put on the bus", () => {
  test("says whose it is, what it is and where it goes", async () => {
    await bus.put(events(1));
    expect(bridge.taken).toEqual([
      { EventBusName: "alertstatus-test", Source: "alertstatus", DetailType: "Reconcile Requested", Detail: { number: 0 } },
    ]);
  });

  test("goes ten at a time, everything once", async () => {
    await bus.put(events(23));
    expect(bridge.calls.map((call) => call.length).toSorted()).toEqual([10, 10, 3]);
    expect(numbers(bridge.taken)).toEqual(upTo(23));
  });

  test("goes in calls of less than 256 KB, however large the events are", async () => {
    await bus.put(events(12, { text: "x".repeat(70_000) }));
    expect(numbers(bridge.taken)).toEqual(upTo(12));
    expect(bridge.largest()).toBeLessThan(256 * 1024);
  });

  test("makes no call where it is nothing", async () => {
    await bus.put([]);
    expect(bridge.calls).toEqual([]);
  });
});

describe("what the bus does not take", () => {
  test("is sent again, and only that", async () => {
    bridge.refuse((event, call) => (call === 1 && Number(event.Detail.number) % 4 === 0 ? "ThrottlingException" : undefined));
    await bus.put(events(10));
    expect(bridge.calls.map(numbers)).toEqual([upTo(10), [0, 4, 8]]);
    expect(numbers(bridge.taken)).toEqual(upTo(10));
  });

  test("again and again, is given up, and told of", async () => {
    bridge.refuse(({ Detail }) => (Detail.number === 3 ? "InternalFailure" : undefined));
    const putting = bus.put(events(10));
    await expect(putting).rejects.toBeInstanceOf(UpstreamError);
    await expect(putting).rejects.toMatchObject({
      code: "unavailable",
      message: "the bus alertstatus-test did not take 1 of 10 events: InternalFailure",
    });
    expect(bridge.calls.map(numbers)).toEqual([upTo(10), [3], [3], [3]]);
  });

  test("takes nothing from what is in other calls", async () => {
    bridge.refuse(({ Detail }) => (Number(Detail.number) < 10 ? "InternalFailure" : undefined));
    await expect(bus.put(events(30))).rejects.toThrow("10 of 30 events");
    expect(numbers(bridge.taken)).toEqual(upTo(30).slice(10));
  });
});

test("what is offered and not taken in the end is the answer, event by event", async () => {
  bridge.refuse(({ Detail }) => (Number(Detail.number) % 10 === 3 ? "InternalFailure" : undefined));
  const loss = await bus.offer(events(25));
  expect(loss?.lost.map(({ detail }) => detail)).toEqual([{ number: 3 }, { number: 13 }, { number: 23 }]);
  expect(loss?.why).toBe("the bus alertstatus-test did not take 3 of 25 events: InternalFailure");
  expect(numbers(bridge.taken)).toEqual(upTo(25).filter((number) => number % 10 !== 3));
  bridge.refuse(() => undefined);
  expect(await bus.offer(events(25))).toBeUndefined();
});

describe("a bus that", () => {
  test("denies everything, is told of by the word that it uses, and not in its own words", async () => {
    bridge.fail(400);
    await expect(bus.put(events(2))).rejects.toThrow(
      /^the bus alertstatus-test did not take 2 of 2 events: events:PutEvents: AccessDeniedException: /,
    );
  });

  test("never answers, has only the time that it was given", async () => {
    bridge.fail(0);
    const impatient = openBus("alertstatus-test", { withinMs: 50 });
    await expect(impatient.put(events(25))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("25 of 25 events"),
    });
  });
});
