import type { RequestListener } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { attentionLines } from "../../functions/cli/attention-output.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { type HttpServer, serve } from "../support/http-server.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { describeOutcomes, openFleet, type SimulatedFleet } from "./simulated-fleet.ts";

const ALERTS = "/api/v2/alerts?active=true&silenced=true&inhibited=true&unprocessed=true";
const lost = anAlert("TraceGatewayAllDataDropped");

/** What an Alertmanager says of that alert, which it knows with the external labels of each cluster. */
const known = (cluster: string, silencedBy: readonly string[] = []) => ({
  labels: { ...lost.labels, cluster },
  status: { state: silencedBy.length > 0 ? "suppressed" : "active", silencedBy, inhibitedBy: [], mutedBy: [] },
});

let alertmanager: HttpServer;
let paths: string[];
let answer: RequestListener;
const says =
  (body: unknown, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status).end(JSON.stringify(body));
beforeAll(async () => {
  alertmanager = await serve((request, response) => {
    paths.push(request.url ?? "");
    answer(request, response);
  });
});
afterAll(() => alertmanager.close());
beforeEach(() => {
  paths = [];
});

describe("a cluster with an Alertmanager", () => {
  let api: Simulator;
  let fleet: SimulatedFleet;
  beforeAll(async () => {
    api = await startSimulator();
    fleet = await openFleet([{ name: "c", api, alerts: { url: api.alertsUrl, alertmanager: { url: alertmanager.url } } }]);
  });
  afterAll(async () => {
    await fleet.close();
    await api.close();
  });
  beforeEach(() => {
    api.put(aResource().object);
    api.setAlerts(alertsBody({ firing: [lost] }));
  });

  test("has a silenced alert named as silenced, and the condition says what it said before", async () => {
    answer = says([known("c")]);
    expect(describeOutcomes(await fleet.pass())).toEqual(["c: patched, False, TraceGatewayAllDataDropped"]);
    answer = says([known("c", ["6b2a"])]);
    expect(describeOutcomes(await fleet.pass())).toEqual(["c: unchanged, False, TraceGatewayAllDataDropped (silenced)"]);
  });

  test("costs one request more in a quiet pass, and two where something is written", async () => {
    answer = says([]);
    await fleet.pass();
    expect(paths).toEqual([ALERTS, ALERTS]);
    await fleet.pass();
    expect(paths).toEqual([ALERTS, ALERTS, ALERTS]);
  });

  test.each<[what: string, failing: RequestListener, code: string]>([
    ["is not there", says({ message: "gone" }, 404), "not-found"],
    ["wants a login", says({ message: "no login" }, 401), "unauthorized"],
    ["breaks off", (_, response) => response.destroy(), "connection-reset"],
    ["is a Prometheus", says(alertsBody()), "malformed"],
  ])("that %s is reported, and all alerts count", async (_, failing, code) => {
    answer = failing;
    const outcomes = await fleet.pass();
    expect(outcomes).toMatchObject([{ was: "reconciled", alerts: { was: "read", firing: 1, silencesUnreadable: { code } } }]);
    expect(describeOutcomes(outcomes)).toEqual(["c: patched, False, TraceGatewayAllDataDropped"]);
    expect(attentionLines(outcomes)).toEqual([expect.stringMatching(/c.*: silences unreadable: /), expect.stringMatching(/^ {2}\S/)]);
  });

  test("is not waited for in vain: alerts that cannot be read are unreadable all the same", async () => {
    answer = says([known("c", ["6b2a"])]);
    api.setAlerts(undefined);
    expect(describeOutcomes(await fleet.pass())).toEqual(["c: patched, Unknown, alerts unreadable: connection-reset"]);
  });
});

describe("two clusters with one Prometheus and one Alertmanager", () => {
  let apis: readonly Simulator[];
  let fleet: SimulatedFleet;
  beforeAll(async () => {
    apis = await Promise.all([startSimulator(), startSimulator()]);
    const [{ alertsUrl }] = [apis[0]!];
    const sourceOf = (cluster: string) => ({
      url: alertsUrl,
      proof: "none",
      labels: { cluster },
      alertmanager: { url: alertmanager.url, labels: { cluster } },
    });
    fleet = await openFleet(["a", "b"].map((name, index) => ({ name, api: apis[index]!, alerts: sourceOf(name) })));
    for (const api of apis) api.put(aResource().object);
    const firing = ["a", "b"].map((cluster) => ({ ...lost, labels: { ...lost.labels, cluster } }));
    apis[0]!.setAlerts(alertsBody({ firing }));
  });
  afterAll(async () => {
    await fleet.close();
    await Promise.all(apis.map((api) => api.close()));
  });

  test("share the answer, and what is silenced for one is not for the other", async () => {
    answer = says([known("a", ["6b2a"]), known("b")]);
    await fleet.pass();
    paths = [];
    expect(describeOutcomes(await fleet.pass())).toEqual([
      "a: unchanged, False, TraceGatewayAllDataDropped (silenced)",
      "b: unchanged, False, TraceGatewayAllDataDropped",
    ]);
    expect(paths).toEqual([ALERTS]);
  });
});
