// Runs the script of the GitHub Action as a runner does, against the simulated AWS.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { type AwsStore, startAwsStore } from "../support/aws-store.ts";
import { type FleetKeeper, fleetKeeper } from "../support/fleet-keeper.ts";
import { type HttpServer, serve } from "../support/http-server.ts";
import { builtPackage } from "../support/made-once.ts";
import { type StateTable, startStateTable } from "../support/state-table.ts";

const ROOT = join(import.meta.dirname, "../..");
const ACTION = join(ROOT, ".github/actions/validate");
const URI = "s3://of-prod/fleet.yml";
const STACK = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>alertstatus-prod</StackName><Outputs><member><OutputKey>FleetUri</OutputKey><OutputValue>${URI}</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;

let store: AwsStore;
let table: StateTable;
let stack: HttpServer;
let keeper: FleetKeeper;
let folder: string;

beforeAll(async () => {
  [store, table] = await Promise.all([startAwsStore(), startStateTable()]);
  stack = await serve((_, response) => response.writeHead(200, { "content-type": "text/xml" }).end(STACK));
  keeper = fleetKeeper(store.settings);
  await keeper.makeBucket("of-prod");
  await keeper.put(URI, fleetOf("one"));
  folder = await mkdtemp(join(tmpdir(), "alertstatus-action-"));
});
afterAll(async () => {
  keeper.leave();
  await Promise.all([store.close(), table.close(), stack.close()]);
  await rm(folder, { recursive: true });
});

const fleetOf = (...names: readonly string[]) =>
  JSON.stringify({ clusters: names.map((name) => ({ name, kubernetes: { server: `https://${name}.example` } })) });

/** What the script leaves in log and summary when the runner says this. */
async function run(fleet: string, runner: Readonly<Record<string, string>>) {
  const files = { fleet: join(folder, "fleet.yml"), summary: join(folder, "summary.md") };
  await writeFile(files.fleet, fleet);
  await writeFile(files.summary, "");
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    ...store.env,
    ...table.env,
    AWS_ENDPOINT_URL_CLOUDFORMATION: stack.url,
    ALERTSTATUS: `${process.execPath} ${join(await builtPackage(), "bin/alertstatus.cjs")}`,
    GITHUB_ACTION_PATH: ACTION,
    GITHUB_STEP_SUMMARY: files.summary,
    FLEET: "fleet.yml",
    BRANCH: "main",
    ...runner,
  };
  const { runs } = parse(await readFile(join(ACTION, "action.yml"), "utf8"));
  const child = spawn("bash", ["-e", "-c", runs.steps.at(-1).run], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const [[code], log] = await Promise.all([once(child, "exit"), text(child.stdout)]);
  return { code, log, summary: await readFile(files.summary, "utf8"), pushed: (await keeper.read(URI)).text };
}

test("a pull request is shown what it changes, and changes nothing", async () => {
  const { code, summary, pushed } = await run(fleetOf("one", "two"), {
    STAGE: "prod",
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_REF: "refs/pull/7/merge",
  });
  expect({ code, summary }).toEqual({
    code: 0,
    summary: "\n**fleet validate**\n\n    valid for a stack: 2 clusters\n\n**fleet diff**\n\n    added    two\n",
  });
  expect(pushed).toBe(fleetOf("one"));
});

test("a push of the branch replaces the fleet of the stage, and says so", async () => {
  const { code, summary, pushed } = await run(fleetOf("one", "three"), {
    STAGE: "prod",
    GITHUB_EVENT_NAME: "push",
    GITHUB_REF: "refs/heads/main",
  });
  expect({ code, summary }).toEqual({ code: 0, summary: expect.stringContaining(`    pushed to ${URI}: 2 clusters, 1 added`) });
  expect(JSON.parse(pushed)).toEqual(JSON.parse(fleetOf("one", "three")));
});

test("a wrong file fails, names the line, replaces nothing, and commands the runner nothing", async () => {
  const wrong = "clusters:\n  - name: one\n    kubernetes: {server: https://one.example}\n    mode: '::error::loud'\n";
  const before = (await keeper.read(URI)).text;
  const { code, log, summary, pushed } = await run(wrong, { STAGE: "prod", GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/main" });
  expect({ code, pushed }).toEqual({ code: 2, pushed: before });
  expect(summary).toMatch(/^\n\*\*fleet validate\*\*\n\n( {4}.*\n)+$/);
  expect(summary).toContain("line 4");
  const [, token = "none"] = /^::stop-commands::(\S+)\n/.exec(log) ?? [];
  expect(log.trimEnd().endsWith(`::${token}::`)).toBe(true);
});

test("without a stage the file is checked only", async () => {
  const { code, summary } = await run(fleetOf("one"), { GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/main" });
  expect({ code, summary }).toEqual({ code: 0, summary: "\n**fleet validate**\n\n    valid: 1 cluster\n" });
});
