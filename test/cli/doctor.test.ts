// Runs `doctor` over clusters that are down, paused or repeat their secrets.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HttpServer, serve } from "../support/http-server.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { alertstatus } from "./alertstatus.ts";

const PASSWORD = "c4n4ry-p4ssw0rd";
const PUSH_SECRET = "c4n4ry-of-the-receiver-which-is-long-enough";

let folder: string;
let fleet: string;
let simulator: Simulator;
let echo: HttpServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-doctor-"));
  fleet = join(folder, "fleet.json");
  simulator = await startSimulator();
  echo = await serve(({ headers, url = "" }, response) => {
    const version = `3.0 ${headers.authorization}`;
    response.end(
      JSON.stringify({
        status: "success",
        data: url.endsWith("/buildinfo") ? { version, goVersion: "go1.26" } : { alerts: [], groups: [] },
      }),
    );
  });
  await writeFile(join(folder, "token"), simulator.token);
  await writeFile(join(folder, "password"), PASSWORD);
  const auth = { token: { file: "token" } };
  // Nothing listens on port 1.
  const down = { name: "down", kubernetes: { server: "https://127.0.0.1:1", auth } };
  const alerts = { url: simulator.alertsUrl, auth: { basic: { username: "reader", password: { file: "password" } } } };
  const up = { name: "up", kubernetes: { server: simulator.url, auth }, alerts, paused: true };
  const echoed = { ...up, name: "echoed", alerts: { url: echo.url, auth: { bearer: { file: "password" } } } };
  await writeFile(fleet, JSON.stringify({ clusters: [down, up, echoed] }));
});
afterAll(async () => {
  await Promise.all([simulator.close(), echo.close()]);
  await rm(folder, { recursive: true });
});

describe("alertstatus doctor exits with 2", () => {
  test.each([
    {
      how: "with a cluster that is not in the fleet",
      words: () => ["-f", fleet, "-c", "moon"],
      says: "no such cluster in the fleet: moon",
    },
    { how: "without a fleet", words: () => [], says: "no fleet is named" },
    { how: "with a fleet that is not there", words: () => ["-f", join(folder, "none.yml")], says: "there is no such file" },
    { how: "with a stage and a cluster", words: () => ["--stage", "prod", "-c", "up"], says: "cannot be used with" },
    { how: "with an unknown format", words: () => ["-f", fleet, "-o", "xml"], says: "Allowed choices are table, wide, json" },
  ])("$how", async ({ words, says }) => {
    const { code, stdout, stderr } = await alertstatus(["doctor", ...words()]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(says);
  });
});

describe("alertstatus doctor", () => {
  test("tells equal findings of clusters once, the worst first, and hides what needs no action", async () => {
    const { code, stdout, stderr } = await alertstatus(["doctor", "-f", fleet]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^RESULT.*\nfailed +connection +.*\n +in down\n +→ check that the server is up/);
    expect(stdout).toMatch(/^warning +paused +passes skip this cluster\n +in 2 clusters: up, echoed\n +→ remove `paused: true`/m);
    expect(stdout).not.toMatch(/^(skipped|ok) /m);
    expect(stderr).toMatch(/^3 clusters, \d with failures.*: \d+ checks: \d+ failed, .* \(--all shows them all\)\n$/);
  });

  test("shows with --all what is ok or skipped, and with -o wide a line for each", async () => {
    const all = await alertstatus(["doctor", "-f", fleet, "--all"]);
    expect(all.stdout).toMatch(/^skipped +login +not checked: connection failed$/m);
    expect(all.stderr).not.toContain("--all");
    const wide = await alertstatus(["doctor", "-f", fleet, "-o", "wide"]);
    expect(wide.stdout).toMatch(/^down +connection +failed +\S.* {3}check that the server is up/m);
    expect(wide.stdout).toMatch(/^echoed +paused +warning +passes skip this cluster +remove/m);
  });

  test("fits a terminal of 80 columns, names three of many clusters, and shows how far it is", async () => {
    const down = { kubernetes: { server: "https://127.0.0.1:1", auth: { token: { file: "token" } } } };
    const large = join(folder, "large.json");
    await writeFile(large, JSON.stringify({ clusters: [...Array(24).keys()].map((nth) => ({ name: `prod-eu-${nth}`, ...down })) }));
    const { stdout, stderr } = await alertstatus(["doctor", "-f", large], {}, { isTTY: true });
    const lines = stripVTControlCharacters(stdout).split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join(" ").replaceAll(/ +/g, " ")).toContain("in 24 clusters: prod-eu-0, prod-eu-1, prod-eu-2 and 21 more");
    expect(lines.length).toBeLessThan(12);
    expect(stderr).toContain("24 of 24 clusters");
  });

  test("checks only the clusters that --cluster names", async () => {
    const { stdout } = await alertstatus(["doctor", "-f", fleet, "-c", "down", "-o", "json"]);
    const { clusters } = JSON.parse(stdout);
    expect(clusters).toMatchObject([{ cluster: "down" }]);
    expect(clusters[0].checks[0]).toMatchObject({ check: "connection", was: "failed", remedy: expect.any(String) });
  });

  test("finds the push secret, and shows no secret", async () => {
    const environment = { RECEIVER_SECRET: "env:SECRET_OF_PUSHES", SECRET_OF_PUSHES: PUSH_SECRET };
    const { stdout, stderr } = await alertstatus(["doctor", "-f", fleet, "-c", "up", "--all"], environment);
    expect(stdout).toMatch(/^ok +push token +there is one, generation 1$/m);
    expect(stdout).toMatch(/^ok +alerts: credential +a user name and a password$/m);
    for (const secret of [PASSWORD, PUSH_SECRET, simulator.token, "as1.", btoa(`reader:${PASSWORD}`)])
      expect(stdout + stderr).not.toContain(secret);
  });

  test("redacts a secret that a server repeats", async () => {
    const { stdout } = await alertstatus(["doctor", "-f", fleet, "-c", "echoed", "--all"]);
    expect(stdout).toMatch(/^ok +alerts: dialect +Prometheus 3.0 Bearer \[redacted\]$/m);
  });

  test("fails where the push secret is too short", async () => {
    const environment = { RECEIVER_SECRET: "env:SECRET_OF_PUSHES", SECRET_OF_PUSHES: "short" };
    const { code, stdout } = await alertstatus(["doctor", "-f", fleet, "-c", "up"], environment);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed +push token/m);
  });
});
