// Holds what `explain` prints: how each row stands, and what a pass would not write.

import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { type HttpServer, serve } from "../support/http-server.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { alertstatus } from "./alertstatus.ts";

let simulator: Simulator;
let front: HttpServer;
let isAllowed: boolean;

beforeAll(async () => {
  simulator = await startSimulator();
  simulator.put(aResource({ name: "backend" }).object);
  // The simulator has not learned to review permissions.
  front = await serve(async ({ method = "", url = "", headers }, response) => {
    const isReview = url.endsWith("/selfsubjectaccessreviews");
    if (isReview) return response.writeHead(201).end(JSON.stringify({ status: { allowed: isAllowed } }));
    const { authorization = "" } = headers;
    const answer = await fetch(simulator.url + url, { method, headers: { authorization } });
    return response.writeHead(answer.status).end(await answer.text());
  });
});
afterAll(async () => {
  await front.close();
  await simulator.close();
});
beforeEach(() => {
  isAllowed = true;
  simulator.setAlerts(
    alertsBody({
      firing: [
        anAlert("TraceGatewayAllDataDropped", {}, { activeAt: "2026-01-01T00:00:00.123456789Z", value: "1.23456e+01" }),
        anAlert("TraceGatewayThrottling", { pipeline_name: "other" }),
      ],
    }),
  );
});

test("an explanation fits a terminal of 80 columns, with what decides", async () => {
  const prod = { name: "prod", kubernetes: { server: front.url, auth: { token: { env: "TOKEN" } } }, alerts: { url: simulator.alertsUrl } };
  const settings = { stdin: JSON.stringify({ clusters: [prod] }), isTTY: true };
  const { stdout } = await alertstatus(["explain", "--fleet", "-", "--cluster", "prod"], { TOKEN: simulator.token }, settings);
  const lines = stripVTControlCharacters(stdout).split("\n");
  const [link = ""] = lines.filter((line) => line.includes("https://"));
  expect(lines.filter((line) => line.length > 80 && line !== link)).toEqual([]);
  expect(lines.filter((line) => /^TraceGatewayAllDataDropped +decides +2026-01-01T00:00:00Z$/.test(line))).toHaveLength(1);
});

async function explained(more: object = {}): Promise<string> {
  const prod = { name: "prod", kubernetes: { server: front.url, auth: { token: { env: "TOKEN" } } }, alerts: { url: simulator.alertsUrl } };
  const stdin = JSON.stringify({ clusters: [{ ...prod, ...more }] });
  const { stdout } = await alertstatus(["explain", "--fleet", "-", "--cluster", "prod"], { TOKEN: simulator.token }, { stdin });
  return stdout.replace(/ +/g, " ");
}

describe("a row tells", () => {
  test("since when its alert fires, its value, and the rule behind it with the time of its last evaluation", async () => {
    expect(await explained()).toMatch(
      /^TraceGatewayAllDataDropped GatewayAllTelemetryDataDropped decides 2026-01-01T00:00:00Z 12.35 ok, evaluated 20\d\d-\d\d-\d\dT[\d:]+Z$/m,
    );
  });

  test("why an alert that fires for others is not about this resource", async () => {
    expect(await explained()).toMatch(
      /^TraceGatewayThrottling GatewayThrottling fires for others: pipeline_name is other, and here backend - - ok/m,
    );
  });
});

describe("the patch is told, and that it is", () => {
  const CHANGE = "not there → False GatewayAllTelemetryDataDropped";
  test.each([
    { is: "written, where the login may", more: {}, may: true, says: `patch ${CHANGE}` },
    {
      is: "not written without permission",
      more: {},
      may: false,
      says: `patch not written: this login may not patch the status: ${CHANGE}`,
    },
    {
      is: "not written in the mode observe",
      more: { mode: "observe" },
      may: true,
      says: `patch not written in the mode observe: ${CHANGE}`,
    },
    { is: "not written while paused", more: { paused: true }, may: true, says: `patch not written while the cluster is paused: ${CHANGE}` },
  ])("$is", async ({ more, may, says }) => {
    isAllowed = may;
    expect((await explained(more)).split("\n")).toContain(says);
  });
});
