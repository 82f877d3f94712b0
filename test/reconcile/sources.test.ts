import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WATCHDOG } from "../../functions/core/verdict/finding.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { describeOutcomes as describeExactly, openFleet, type SimulatedFleet, startSimulators } from "./simulated-fleet.ts";

const lost = (labels: Readonly<Record<string, string>> = {}) => anAlert("TraceGatewayAllDataDropped", labels);
const throttled = anAlert("TraceGatewayThrottling", { pipeline_name: undefined });

// The clock of an HTTP answer has whole seconds only.
const describeRoughly = (outcomes: Parameters<typeof describeExactly>[0]) =>
  describeExactly(outcomes).map((text) => text.replace(/\d+s ago/, "a moment ago"));

describe("a pair of sources that watch the same cluster", () => {
  let one: Simulator;
  let other: Simulator;
  let fleet: SimulatedFleet;
  beforeAll(async () => {
    one = await startSimulator();
    other = await startSimulator();
    fleet = await openFleet([{ name: "c", api: one, alerts: [{ url: one.alertsUrl }, { url: other.alertsUrl }] }]);
  });
  afterAll(async () => {
    await fleet.close();
    await Promise.all([one.close(), other.close()]);
  });
  beforeEach(() => {
    for (const source of [one, other]) {
      source.setAlerts(alertsBody());
      source.setEvidence({});
    }
    one.put(aResource().object);
  });

  const dies = (source: Simulator) => source.setAlerts(undefined);
  const fires = (source: Simulator, ...firing: (typeof throttled)[]) => source.setAlerts(alertsBody({ firing }));
  const restarts = (source: Simulator) => source.setEvidence({ startedMsAgo: 20_000 });
  const losesItsRules = (source: Simulator) => source.setEvidence({ rules: [] });
  const stalls = (source: Simulator) => source.setEvidence({ evaluatedMsAgo: 120_000 });

  test.each<[title: string, change: () => void, verdict: string]>([
    ["nothing happens: still healthy", () => undefined, "unchanged, True"],
    ["one dies: the other proves it", () => dies(one), "unchanged, True"],
    ["one restarts: the other proves it", () => restarts(other), "unchanged, True"],
    ["one has lost its rules: the other proves it", () => losesItsRules(one), "unchanged, True"],
    ["an alert fires in one alone", () => fires(one, lost()), "patched, False, TraceGatewayAllDataDropped"],
    ["an alert fires in the other alone", () => fires(other, lost()), "patched, False, TraceGatewayAllDataDropped"],
    [
      "each has an alert: the worse one decides",
      () => {
        fires(one, throttled);
        fires(other, lost());
      },
      "patched, False, TraceGatewayAllDataDropped",
    ],
    [
      "one dies while an alert fires in the other",
      () => {
        dies(one);
        fires(other, lost());
      },
      "patched, False, TraceGatewayAllDataDropped",
    ],
    [
      "one dies and the other restarts: what stands is left",
      () => {
        dies(one);
        restarts(other);
      },
      "unchanged, True, young: started a moment ago",
    ],
    [
      "one restarts and the other stalls: what stands is left",
      () => {
        restarts(one);
        stalls(other);
      },
      "unchanged, True, young: started a moment ago",
    ],
    [
      "both die",
      () => {
        dies(one);
        dies(other);
      },
      "patched, Unknown, alerts unreadable: connection-reset",
    ],
    [
      "one dies and the other has lost its rules",
      () => {
        dies(one);
        losesItsRules(other);
      },
      "patched, Unknown, alerts unreadable: connection-reset, rules not loaded: TraceGatewayAllDataDropped, TraceGatewaySomeDataDropped, TraceGatewayThrottling",
    ],
  ])("%s", async (_, change, verdict) => {
    expect(describeRoughly(await fleet.pass())).toEqual(["c: patched, True"]);
    change();
    expect(describeRoughly(await fleet.pass())).toEqual([`c: ${verdict}`]);
  });

  test("what nothing stands for is unknown while both are young", async () => {
    restarts(one);
    restarts(other);
    expect(describeRoughly(await fleet.pass())).toEqual(["c: patched, Unknown, young: started a moment ago"]);
  });

  test("an alert that both name counts once, and the pair is read as long as one of them is", async () => {
    fires(one, lost());
    fires(other, lost(), throttled);
    expect(await fleet.pass()).toMatchObject([{ alerts: { was: "read", firing: 2, pending: 0 } }]);
    dies(other);
    expect(await fleet.pass()).toMatchObject([{ alerts: { was: "read", firing: 1, pending: 0 } }]);
    dies(one);
    expect(await fleet.pass()).toMatchObject([{ alerts: { was: "unreadable", code: "connection-reset" } }]);
  });
});

describe("a source that three clusters share, told apart by a label", () => {
  const names = ["a", "b", "c"];
  const watched = names.map((cluster) => anAlert(WATCHDOG, { cluster, pipeline_name: undefined }));
  let central: Simulator;
  let apis: readonly Simulator[];
  let fleet: SimulatedFleet;
  beforeAll(async () => {
    central = await startSimulator();
    apis = await startSimulators(names.length);
    const members = names.map((name, index) => ({
      name,
      api: apis[index]!,
      alerts: { url: central.alertsUrl, labels: { cluster: name } },
    }));
    fleet = await openFleet(members);
  });
  afterAll(async () => {
    await fleet.close();
    await Promise.all([central, ...apis].map((simulator) => simulator.close()));
  });
  beforeEach(() => {
    for (const api of apis) api.put(aResource().object);
  });

  test("each is proven healthy by its own watchdog", async () => {
    central.setAlerts(alertsBody({ firing: watched }));
    expect(describeRoughly(await fleet.pass())).toEqual(["a: patched, True", "b: patched, True", "c: patched, True"]);
  });

  test("an alert of one says nothing of the others", async () => {
    central.setAlerts(alertsBody({ firing: [...watched, lost({ cluster: "b" })] }));
    const verdicts = ["a: patched, True", "b: patched, False, TraceGatewayAllDataDropped", "c: patched, True"];
    expect(describeRoughly(await fleet.pass())).toEqual(verdicts);
  });

  test("an alert without a cluster's label says nothing of any cluster", async () => {
    central.setAlerts(alertsBody({ firing: [...watched, lost()] }));
    expect(describeRoughly(await fleet.pass())).toEqual(["a: patched, True", "b: patched, True", "c: patched, True"]);
  });

  test("one without its watchdog is not watched, and one whose watchdog is pending is young; an alert is believed all the same", async () => {
    const [a, b, c] = watched;
    central.setAlerts(alertsBody({ firing: [c!], pending: [b!] }));
    const notWatched = `a: patched, Unknown, not watched: no ${WATCHDOG} carries the labels of this cluster`;
    expect(describeRoughly(await fleet.pass())).toEqual([
      notWatched,
      `b: patched, Unknown, young: ${WATCHDOG} is pending`,
      "c: patched, True",
    ]);
    central.setAlerts(alertsBody({ firing: [a!, c!, lost({ cluster: "b" })] }));
    expect(describeRoughly(await fleet.pass())).toEqual([
      "a: patched, True",
      "b: patched, False, TraceGatewayAllDataDropped",
      "c: unchanged, True",
    ]);
  });
});
