// Asks the questions of infra/at-three-in-the-morning.md in the local cloud, of 300 simulated clusters, while the scheduler runs; by `-- --all`.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildPackage } from "../../infra/package/build.ts";
import { CLUSTERS, nameOf } from "../cli/night.ts";
import { ADDRESS } from "../real/kyma-cluster.ts";
import { alertsBody, anAlert, aResource, type Kind } from "../support/builders.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";
import { deployStack } from "../support/local-stack.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { startFront } from "../support/secure-front.ts";
import type { SecureServer } from "../support/secure-server.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { publishFleet } from "../support/stack-fleet.ts";

const CHAPTER = join(import.meta.dirname, "../../infra/at-three-in-the-morning.md");
const PIPELINES: readonly (readonly [Kind, string])[] = [
  ["TracePipeline", "checkout"],
  ["MetricPipeline", "backend"],
  ["LogPipeline", "audit"],
];
const [DROPPED, UNREADABLE, AWAY, PAUSED] = [[0, 3, 9, 12], [1, 4], [5], 7];
const ROUNDS = 5;
// Each look is a process of its own, on a machine that has 300 clusters, a cloud and its functions to run.
const SELDOM = { timeout: 2 * PATIENCE_MS, interval: 10_000 };

type Member = { readonly simulator: Simulator; readonly front: SecureServer };

let cloud: LocalCloud;
let program: string;
let members: readonly Member[];
let forgetSecrets: (() => Promise<void>) | undefined;

beforeAll(async () => {
  cloud = await startLocalCloud();
  const folder = mkdtempSync(join(cloud.folder, "package-"));
  await buildPackage(folder);
  program = join(folder, "bin/alertstatus.cjs");
  const stack = await deployStack(cloud, { stage: "prod", params: { page: "true" } });
  members = await Promise.all(Array.from({ length: CLUSTERS }, (_, index) => startMember(index)));
  const fleet = members.map(({ simulator, front: { url, ca } }, index) => ({
    name: nameOf(index),
    server: url,
    ca,
    token: simulator.token,
  }));
  forgetSecrets = await publishFleet(cloud, stack, fleet);
});
afterEach(({ task }) => {
  if (task.result?.state === "fail") console.error(cloud.log().slice(-20_000));
});
afterAll(async () => {
  await forgetSecrets?.();
  await Promise.all((members ?? []).flatMap(({ simulator, front }) => [simulator.close(), front.close()]));
  await cloud?.stop();
});

async function startMember(index: number): Promise<Member> {
  const simulator = await startSimulator();
  const isUnreadable = UNREADABLE.includes(index);
  const lastTransitionTime = new Date(Date.now() - 2 * 3_600_000).toISOString().replace(/\.\d+/, "");
  const [status, reason] = isUnreadable ? ["Unknown", "ProbingFailed"] : ["True", "FlowHealthy"];
  const condition = { type: "TelemetryFlowHealthy", status, reason, message: "", lastTransitionTime, observedGeneration: 1 };
  for (const [kind, name] of PIPELINES) simulator.put(aResource({ kind, name, conditions: [condition] }).object);
  if (isUnreadable) simulator.setAlerts({ status: "error", errorType: "unavailable", error: "TSDB not ready" });
  return { simulator, front: await startFront(simulator, ADDRESS) };
}

type Asked = { readonly text: string; readonly ms: number };

/** A command as the package has it, in a process of its own. */
async function ask(line: string): Promise<Asked> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
  const startedAt = performance.now();
  const running = promisify(execFile)(process.execPath, [program, ...words], { env: { ...cloud.env, TZ: "UTC" } });
  const { stdout, stderr } = await running.catch((error: { code: number; stdout: string; stderr: string }) => {
    if (error.code !== 1) throw new Error(`${line}: ${error.stderr}`);
    return error;
  });
  return { text: stdout + stderr, ms: performance.now() - startedAt };
}

const statusNow = async () => JSON.parse((await ask("status --stage prod -o json")).text);

test("each question is answered by its command, and how long that takes is told", async () => {
  await expect.poll(async () => (await statusNow()).summary.clusters, SELDOM).toEqual({ reconciled: CLUSTERS });
  for (const index of DROPPED)
    members[index]?.simulator.setAlerts(alertsBody({ firing: [anAlert("TraceGatewayThrottling", { pipeline_name: "checkout" })] }));
  for (const index of AWAY) await members[index]?.front.close();
  await ask(`fleet pause ${nameOf(PAUSED)} --for 2h --why upgrade --stage prod`);
  const summary = { clusters: { reconciled: CLUSTERS - 2, unreachable: 1, paused: 1 }, conditions: { False: 4, Unknown: 6 } };
  await expect.poll(async () => (await statusNow()).summary, SELDOM).toMatchObject(summary);

  const questions = [...readFileSync(CHAPTER, "utf8").matchAll(/^\| ([^|]+) \| `alertstatus ([^`]+)` \|$/gm)];
  const answers = new Map<string, Asked>();
  for (const [, question = "", line = ""] of questions) answers.set(question, await medianOf(line));
  for (const [question, parts] of Object.entries(ANSWERS)) for (const part of parts) expect(answers.get(question)?.text).toMatch(part);
  expect([...answers.keys()]).toEqual(Object.keys(ANSWERS));
  tell([...answers].map(([question, { ms }]) => [question, Math.round(ms)]));
}, 900_000);

const ANSWERS: Readonly<Record<string, readonly RegExp[]>> = {
  "What is broken, and since when?": [
    /^False +\d+\w+ +tracepipeline GatewayThrottling +4 in 4 +.*prod-eu-central-1-001/m,
    /; looked \d+s ago in \d+ms, 0 ticks missed; /,
  ],
  "Is it the pipeline, its Prometheus or the cluster?": [
    /^False .* prod-eu-central-1-001 .*TraceGatewayThrottling$/m,
    /^unreadable .* prod-us-east-1-002 +alerts: /m,
    /^unreachable .* prod-ap-south-1-006 /m,
  ],
  "Who changed what?": [/ pause +.* changed test-us-east-1-008 /],
  "What happened last night?": [
    /prod-eu-central-1-001 +tracepipeline\/checkout +True FlowHealthy +False GatewayThrottling/,
    /prod-ap-south-1-006 +cluster +reconciled +unreachable/,
    /fleet pause/,
  ],
  "Which were Unknown for an hour?": [/^Unknown +2h\d*m? +.*prod-us-east-1-002, prod-us-east-1-005/m],
  "Did the reconciler run?": [/the reconciler missed 0 of \d+ ticks?$/m],
  "Mute it": [/^pushed to s3:.* 1 changed$|^already in s3:/m],
};

/** The last answer, and the median of the times. */
async function medianOf(line: string): Promise<Asked> {
  const rounds: Asked[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await ask(line));
  const sorted = rounds.map(({ ms }) => ms).toSorted((one, other) => one - other);
  return { text: rounds.at(-1)?.text ?? "", ms: sorted[Math.floor(ROUNDS / 2)] ?? Number.NaN };
}

const MEASURED = /<!-- measured -->[\s\S]*<!-- \/measured -->/;

/** Prints the times and, by ALERTSTATUS_WRITE=1, puts them into the chapter, with the machine and the day. */
function tell(times: readonly (readonly [question: string, ms: number])[]): void {
  const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} processors, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`;
  const rows = times.map(([question, ms]) => `| ${question} | ${ms} |`);
  const text = [
    `Median of ${ROUNDS} runs of the installed package, start of the process included (${machine}):`,
    "",
    "| question | ms |",
    "|---|---|",
    ...rows,
  ];
  console.log(text.join("\n"));
  if (process.env.ALERTSTATUS_WRITE !== "1") return;
  const chapter = readFileSync(CHAPTER, "utf8");
  writeFileSync(CHAPTER, chapter.replace(MEASURED, ["<!-- measured -->", ...text, "<!-- /measured -->"].join("\n")));
}
