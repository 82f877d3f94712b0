// Compares the simulated Prometheus with a real one.

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readEvidence } from "../../functions/io/prometheus/prometheus.ts";
import { clientTo } from "../contract/cluster.ts";
import { alertsBody, anAlert } from "../support/builders.ts";
import { PATIENTLY } from "../support/patience.ts";
import { type RealPrometheus, startPrometheus } from "../support/real-prometheus.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { shapeOf } from "./shape.ts";

const FIRING = "TraceGatewayThrottling";
const PENDING = "MetricGatewayThrottling";
const FAILING = "LogGatewayThrottling";
const TWO_SERIES = '(label_replace(vector(1), "one", "more", "", "") or vector(2))';
const rules = [
  { alert: PENDING, expr: "vector(1)", for: "1h" },
  { alert: FAILING, expr: `vector(1) * on () ${TWO_SERIES}` },
  // The last to be evaluated: once it fires, all of them were.
  { alert: FIRING, expr: "vector(1)" },
];

let prometheus: RealPrometheus;
let simulator: Simulator;
beforeAll(async () => {
  [prometheus, simulator] = await Promise.all([
    startPrometheus({ rules: { groups: [{ name: "default", rules }] }, targets: {} }),
    startSimulator(),
  ]);
  simulator.setAlerts(alertsBody({ firing: [anAlert(FIRING)], pending: [anAlert(PENDING)] }));
  simulator.setEvidence({ rules: [FIRING, PENDING, FAILING], failing: [FAILING] });
  const isEvaluated = async () => expect(JSON.stringify(await ask(prometheus.url, "/api/v1/alerts"))).toContain('"firing"');
  await vi.waitFor(isEvaluated, PATIENTLY);
});
afterAll(async () => {
  await prometheus?.stop();
  await simulator?.close();
});

test.each(["/api/v1/alerts", "/api/v1/rules?type=alert&exclude_alerts=true", "/api/v1/status/runtimeinfo"])(
  "the simulated Prometheus answers GET %s in the shape of the real one",
  async (path) => {
    const real = shapeOf(await ask(prometheus.url, path));
    expect(real).toMatchObject({ status: "number", type: "string", date: "time", body: { status: "string" } });
    expect(shapeOf(await ask(simulator.alertsUrl, path))).toEqual(real);
  },
);

test("both say the same of the same rules", async () => {
  const evidence = (url: string) => readEvidence(clientTo({ server: url }), "", new Set([FIRING, PENDING, FAILING]));
  const [real, simulated] = await Promise.all([evidence(prometheus.url), evidence(simulator.alertsUrl)]);
  const state = (health: string) => [expect.objectContaining({ health })];
  const rules = new Map([
    [FIRING, state("ok")],
    [PENDING, state("ok")],
    [FAILING, state("failing")],
  ]);
  const asked = { was: "asked", groups: [expect.objectContaining({ rules })], ageMs: expect.any(Number), skewMs: expect.any(Number) };
  expect([real, simulated]).toEqual([asked, asked]);
});

async function ask(origin: string, path: string): Promise<object> {
  const response = await fetch(origin + path);
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    date: response.headers.get("date"),
    body: await response.json(),
  };
}
