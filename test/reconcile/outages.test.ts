// Plays the minutes of a cluster that stays unreachable: what each tick asks of it, what is said of it, and how soon it is back.

import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { type Code, UpstreamError } from "../../functions/core/errors.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { logLineOf } from "../../functions/core/outcome/log-line.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { type FleetRun, reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { openOutages } from "../../functions/reconcile/outages.ts";
import { fingerprintOf } from "../../functions/state/fingerprint.ts";
import { aCluster, aFleet } from "../core/fleet/fleet-documents.ts";
import { aReading, aResource } from "../support/builders.ts";
import { clockAt } from "../support/clock.ts";
import { serve } from "../support/http-server.ts";
import { startSimulator } from "../support/simulator.ts";

const MINUTE_MS = 60_000;
const START_MS = Date.parse("2026-11-27T22:00:00Z");
const fleet = parseFleet(aFleet(aCluster()));

/** What a cluster answers to everything in a minute, or first to a probe and then to a pass. */
type Answer = Code | "up";
type Minute = Answer | readonly [probe: Answer, pass: Answer];
type Asked = Pick<FleetRun, "mayProbe" | "hurried" | "hurriedMs">;

/** A warm process that reads one cluster: in each minute, what it asks, and what comes of it. */
function aProcess(luck = 0) {
  const outages = openOutages(() => luck);
  let minute = -1;
  return async (state: Minute, asked: Asked = { mayProbe: true }, of = fleet) => {
    minute++;
    const [toProbe, toPass] = typeof state === "string" ? [state, state] : state;
    const asks = new Set<string>();
    const answer = async <T>(ask: string, as: Answer, value: T): Promise<T> => {
      asks.add(ask);
      if (as !== "up") throw new UpstreamError(as, `${ask}: no answer`);
      return value;
    };
    const cluster = {
      probe: () => answer("probe", toProbe, undefined),
      list: () => answer("pass", toPass, [aResource()]),
      readAlerts: async () => [aReading()],
      read: async () => aResource(),
      patch: async () => aResource(),
    };
    const clock = clockAt(() => START_MS + minute * MINUTE_MS);
    const [outcome] = await reconcileFleet(of, { connect: async () => cluster, outages, clock, dryRun: true, ...asked });
    return { asks: [...asks].join(" and "), outcome: outcome! };
  };
}

async function play(minutes: readonly Minute[], luck = 0) {
  const tick = aProcess(luck);
  const played: { asks: string; outcome: ClusterOutcome }[] = [];
  for (const minute of minutes) played.push(await tick(minute));
  return played;
}

const times = (count: number, minute: Minute): readonly Minute[] => Array.from({ length: count }, () => minute);
const asksOf = (played: readonly { asks: string }[]) => played.map(({ asks }) => asks).join(", ");
const TRIED = "pass, pass, pass, probe";

describe("a cluster that", () => {
  test.each<{ does: string; minutes: readonly Minute[]; asks: string }>([
    { does: "answers is never probed", minutes: times(5, "up"), asks: "pass, pass, pass, pass, pass" },
    { does: "never answers is tried three times, and then mostly probed", minutes: times(5, "timeout"), asks: `${TRIED}, pass` },
    { does: "refuses connections is probed", minutes: times(4, "connection-refused"), asks: TRIED },
    { does: "breaks connections is probed", minutes: times(4, "connection-reset"), asks: TRIED },
    { does: "has a name that nothing resolves is probed", minutes: times(4, "name-unknown"), asks: TRIED },
    { does: "shows a certificate that is not trusted is probed", minutes: times(4, "tls"), asks: TRIED },
    { does: "is behind a proxy that fails is probed", minutes: times(4, "proxy-failed"), asks: TRIED },
    { does: "answers with an error is tried in each tick", minutes: times(4, "unavailable"), asks: "pass, pass, pass, pass" },
    { does: "refuses the login is tried in each tick", minutes: times(4, "unauthorized"), asks: "pass, pass, pass, pass" },
    { does: "is back is reconciled in the tick of the first probe", minutes: [...times(4, "timeout"), "up"], asks: `${TRIED}, pass` },
    {
      does: "is back while a probe is due is reconciled in the same tick",
      minutes: [...times(3, "timeout"), "up", "up"],
      asks: "pass, pass, pass, probe and pass, pass",
    },
    {
      does: "answers probes and no pass is tried in each tick",
      minutes: [...times(3, "timeout"), ...times(2, ["up", "timeout"])],
      asks: "pass, pass, pass, probe and pass, probe and pass",
    },
    {
      does: "begins to fail in another way is tried at once",
      minutes: [...times(3, "timeout"), "connection-refused"],
      asks: "pass, pass, pass, probe and pass",
    },
    {
      does: "was back for one tick is tried three times anew",
      minutes: [...times(2, "timeout"), "up", ...times(4, "timeout")],
      asks: `pass, pass, pass, ${TRIED}`,
    },
  ])("$does", async ({ minutes, asks }) => {
    expect(asksOf(await play(minutes))).toBe(asks);
  });

  test.each([
    { luck: 0, passes: [0, 1, 2, 4, 8, 13, 18, 23, 28] },
    { luck: 1, passes: [0, 1, 2, 3, 5, 8, 11, 14, 17, 20, 23, 26, 29] },
  ])("stays dead is tried ever more seldom, and after five minutes at the latest (luck $luck)", async ({ luck, passes }) => {
    const played = await play(times(30, "timeout"), luck);
    expect(played.flatMap(({ asks }, minute) => (asks === "pass" ? [minute] : []))).toEqual(passes);
  });

  test.each<{ by: string; asked: Asked }>([
    { by: "a person", asked: {} },
    { by: "a push", asked: { mayProbe: true, hurried: new Set(["prod"]), hurriedMs: 60_000 } },
  ])("is probed by ticks is tried in full by $by", async ({ asked }) => {
    const tick = aProcess();
    for (const minute of times(3, "timeout")) await tick(minute);
    expect((await tick("timeout", asked)).asks).toBe("pass");
  });

  test("gets another entry in the fleet is tried in full at once", async () => {
    const tick = aProcess();
    for (const minute of times(3, "timeout")) await tick(minute);
    expect((await tick("timeout", { mayProbe: true }, parseFleet(aFleet(aCluster())))).asks).toBe("pass");
  });
});

describe("the outcome of a cluster that is probed", () => {
  test("is that of its last pass, and says since when and that it was probed only", async () => {
    const [first, , third, fourth] = (await play(times(4, "timeout"))).map(({ outcome }) => outcome);
    const since = "2026-11-27T22:00:00Z";
    expect([first, third]).toMatchObject([{ since }, { since }]);
    expect(third).not.toHaveProperty("isProbed");
    // What the alerts of another source say was said a while ago.
    expect(fourth).toEqual({ ...third, alerts: undefined, message: "probe: no answer", isProbed: true, ms: expect.any(Number) });
    expect(logLineOf(fourth!)).toMatchObject({
      was: "unreachable",
      code: "timeout",
      since,
      why: `unreachable since ${since}, probed only: probe: no answer`,
    });
  });

  test("is nothing new to the state", async () => {
    const outcomes = (await play(times(9, "timeout"))).map(({ outcome }) => outcome);
    expect(new Set(outcomes.map((outcome) => fingerprintOf(outcome, {}))).size).toBe(1);
  });

  test("begins anew after it was back", async () => {
    const [outcome] = (await play(["timeout", "up", "timeout"])).map(({ outcome }) => outcome).slice(-1);
    expect(outcome).toMatchObject({ was: "unreachable", since: "2026-11-27T22:02:00Z" });
  });
});

test("a server whose connections break is asked a sixth as much by a probe, and all again in the tick in which it is back", async () => {
  const simulator = await startSimulator({ token: "token" });
  simulator.put(aResource().object);
  let isDead = true;
  let broken = 0;
  const front = await serve((call, answer) => {
    if (isDead) {
      broken++;
      call.socket.destroy();
      return;
    }
    const passedOn = request(`${simulator.url}${call.url}`, { method: call.method, headers: call.headers }, (response) => {
      response.pipe(answer.writeHead(response.statusCode ?? 500, response.headers));
    });
    call.pipe(passedOn);
  });
  process.env.OUTAGE_TOKEN = "token";
  const kubernetes = { server: front.url, auth: { token: { env: "OUTAGE_TOKEN" } } };
  const [connections, outages] = [openConnections(), openOutages(() => 0)];
  const members = parseFleet(aFleet(aCluster({ kubernetes })));
  const counts: number[] = [];
  let nowMs = Date.now();
  const clock = clockAt(() => nowMs);
  const tick = async () => {
    const before = broken;
    const [outcome] = await reconcileFleet(members, {
      connect: connector({ connections, folder: ".", clock }),
      clock,
      outages,
      mayProbe: true,
    });
    counts.push(broken - before);
    nowMs += MINUTE_MS;
    return outcome!;
  };
  try {
    for (let minute = 0; minute < 4; minute++) expect(await tick()).toMatchObject({ was: "unreachable", code: "connection-reset" });
    // Three lists, and three questions to the source of alerts; a probe; and each once more, as always where a connection breaks.
    expect(counts).toEqual([12, 12, 12, 2]);
    isDead = false;
    nowMs -= MINUTE_MS;
    expect(await tick()).toMatchObject({ was: "reconciled", resources: [{ was: "patched" }] });
    expect(simulator.requests[0]).toMatchObject({ path: expect.stringMatching(/\?limit=1$/), status: 200 });
  } finally {
    await connections.close();
    await front.close();
    await simulator.close();
  }
});
