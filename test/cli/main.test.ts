// Tries what all commands share: stdin, colors, closed pipes, bugs and watches.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { main } from "../../functions/cli/main.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { alertstatus } from "./alertstatus.ts";

const FLEET = "clusters: [{name: prod, kubernetes: {server: https://api.example}}]\n";

let folder: string;
let simulator: Simulator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-main-"));
  simulator = await startSimulator();
  simulator.put(aResource({ name: "first" }).object);
  simulator.put(aResource({ name: "second" }).object);
  await writeFile(join(folder, "token"), simulator.token);
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true });
});

describe("a fleet from stdin", () => {
  test("is accepted", async () => {
    expect(await alertstatus(["fleet", "validate", "--fleet", "-"], {}, { stdin: FLEET })).toEqual({
      code: 0,
      stdout: "valid: 1 cluster\n",
      stderr: "",
    });
  });

  test("is named in messages", async () => {
    const { code, stderr } = await alertstatus(["fleet", "validate", "--fleet", "-"], {}, { stdin: "clusters: [" });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^error: stdin: line 1, column 12: /) });
  });

  test("has its files relative to the working directory", async () => {
    const before = process.cwd();
    onTestFinished(() => process.chdir(before));
    process.chdir(folder);
    const prod = { name: "prod", kubernetes: { server: simulator.url, auth: { token: { file: "token" } } } };
    const stdin = JSON.stringify({ clusters: [prod] });
    expect(await alertstatus(["reconcile", "--fleet", "-", "--dry-run"], {}, { stdin })).toMatchObject({ code: 0 });
  });
});

describe("colors", () => {
  const paused = JSON.stringify({ clusters: [{ name: "prod", paused: true, kubernetes: { server: "https://127.0.0.1:1" } }] });
  const doctor = (environment: NodeJS.ProcessEnv, isTTY: boolean) =>
    alertstatus(["doctor", "--fleet", "-"], { TERM: "xterm-256color", CI: undefined, ...environment }, { stdin: paused, isTTY });

  test.each([
    { where: "a pipe", isTTY: false, environment: {}, are: "left out" },
    { where: "a terminal", isTTY: true, environment: {}, are: "shown" },
    { where: "a terminal with NO_COLOR", isTTY: true, environment: { NO_COLOR: "1" }, are: "left out" },
    { where: "a dumb terminal", isTTY: true, environment: { TERM: "dumb" }, are: "left out" },
    { where: "a pipe with FORCE_COLOR", isTTY: false, environment: { FORCE_COLOR: "1" }, are: "shown" },
    { where: "a terminal with FORCE_COLOR=0", isTTY: true, environment: { FORCE_COLOR: "0" }, are: "left out" },
  ])("are $are in $where", async ({ isTTY, environment, are }) => {
    const { stdout, stderr } = await doctor(environment, isTTY);
    for (const text of [stdout, stderr]) expect(text.includes("\u001b[")).toBe(are === "shown");
  });
});

describe("a closed pipe", () => {
  const closed = () =>
    new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" })) });

  test.each([
    { words: ["--help"], code: 0 },
    { words: ["rules", "render"], code: 0 },
    { words: ["nonsense"], code: 2 },
  ])("does not change the exit code of $words", async ({ words, code }) => {
    const streams = { stdin: Readable.from(""), stdout: closed(), stderr: closed() };
    expect(await main(words, streams, {}, { program: "alertstatus", version: "1.2.3" })).toBe(code);
  });

  test("ends a watch", async () => {
    const streams = { stdin: Readable.from('{"clusters":[]}'), stdout: closed(), stderr: closed() };
    expect(
      await main(["reconcile", "--fleet", "-", "--watch", "1h", "-o", "json"], streams, {}, { program: "alertstatus", version: "1.2.3" }),
    ).toBe(0);
  });
});

test("a bug is reported as one, with its stack and exit code 1", async () => {
  vi.doMock("../../functions/rules/render.ts", () => ({
    renderRules: () => {
      throw new TypeError("rows is not iterable\u001b[2J");
    },
  }));
  vi.resetModules();
  onTestFinished(() => {
    vi.doUnmock("../../functions/rules/render.ts");
    vi.resetModules();
  });
  const { code, stdout, stderr } = await alertstatus(["rules", "render"]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^alertstatus ran into a bug; .*\nTypeError: rows is not iterable \[2J\n {4}at renderRules /);
});

test("a watch reads again in each pass, prints changes only, and one JSON document a line", async () => {
  const passes: string[] = [];
  const prod = { name: "prod", kubernetes: { server: simulator.url, auth: { token: { file: join(folder, "token") } } } };
  const stdout = new Writable({
    write(chunk, _, done) {
      if (String(chunk) !== "") passes.push(String(chunk));
      if (passes.length === 1)
        simulator.setAlerts(alertsBody({ firing: [anAlert("TraceGatewayAllDataDropped", { pipeline_name: "first" })] }));
      if (passes.at(-1)?.includes('"status":"False"')) process.emit("SIGINT");
      done();
    },
  });
  onTestFinished(() => simulator.setAlerts(alertsBody()));
  const stdin = Readable.from([JSON.stringify({ clusters: [{ ...prod, alerts: { url: simulator.alertsUrl } }] })]);
  const stderr = new Writable({ write: (_chunk, _encoding, done) => done() });
  const words = ["reconcile", "--fleet", "-", "--watch", "10ms", "-o", "json", "--dry-run"];
  expect(await main(words, { stdin, stdout, stderr }, process.env, { program: "alertstatus", version: "1.2.3" })).toBe(130);
  expect(passes.length).toBeGreaterThan(1);
  expect(passes.map((pass) => pass.trimEnd().split("\n").length)).toEqual(passes.map(() => 1));
});
