// Walks the way of a newcomer with the installed package, as README tells it: from `init` to the first condition that the stack writes, and the page.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { hasBrowser, openFile, startBrowser } from "../../support/browser.ts";
import { adaptToLocalCloud } from "../../support/local-stack.ts";
import { type Ended, type Installed, type Node, run } from "./installed.ts";
import { CLUSTER, type Land, startLand } from "./land.ts";

/** What was done, whether it went as README says, and what was seen. */
export type Stage = { readonly title: string; readonly isOk: boolean; readonly seen: string };

type Typed = { readonly line: string; readonly says: RegExp; readonly into?: string; readonly isRepeated?: true };

const STAGE = "prod";
const PARAMETER = `/alertstatus/${STAGE}/${CLUSTER}`;
const FLOW = `NAME:.metadata.name,FLOW:.status.conditions[?(@.type=="TelemetryFlowHealthy")].reason`;
const REASON = /GatewayAllTelemetryDataDropped/;
const AGAIN_MS = 2_000;
const AT_MOST_MS = 600_000;

const onItsOwn: readonly Typed[] = [
  { line: "alertstatus init", into: "fleet.yml", says: /^ +- name: prod-eu-1$/m },
  { line: "alertstatus doctor --fleet fleet.yml", says: /old enough/ },
  { line: "kubectl alertstatus doctor --fleet fleet.yml --all", says: /`kubectl alertstatus receiver config --cluster prod-eu-1`/ },
  { line: "alertstatus reconcile --fleet fleet.yml --dry-run", says: /False.*GatewayAllTelemetryDataDropped/ },
  { line: "alertstatus status --fleet fleet.yml", says: REASON },
  // A Prometheus that has just been started remembers nothing yet.
  { line: `alertstatus replay --fleet fleet.yml --cluster ${CLUSTER}`, says: REASON, isRepeated: true },
  { line: `alertstatus explain --fleet fleet.yml --cluster ${CLUSTER} tracepipeline/checkout`, says: /^status +False$/m },
  { line: `alertstatus rbac render --fleet fleet.yml --cluster ${CLUSTER}`, says: /^kind: ClusterRole$/m },
];
const withStack: readonly Typed[] = [
  { line: `alertstatus deploy --stage ${STAGE} --param alarmEmail=oncall@example.org`, says: /^FleetUri +s3:/m },
  { line: `alertstatus fleet push --fleet stack.yml --stage ${STAGE}`, says: /1 cluster, 1 added/ },
  { line: `kubectl get tracepipelines -o custom-columns=${FLOW}`, says: REASON, isRepeated: true },
  { line: `alertstatus status --stage ${STAGE}`, says: REASON, isRepeated: true },
  { line: `alertstatus history --stage ${STAGE} --since 1h`, says: REASON },
  { line: `alertstatus status --stage ${STAGE} -o html`, into: "status.html", says: /^<!doctype html>/ },
];

/** Walks the whole way; the last stage tells how long it took. */
export async function walk(installed: Installed, node: Node): Promise<readonly Stage[]> {
  const land = await startLand(installed.folder);
  const begun = performance.now();
  try {
    const type = (typed: Typed) => take(installed, node, land, typed);
    const stages = [];
    for (const typed of onItsOwn) stages.push(await type(typed));
    await adaptToLocalCloud(join(installed.folder, "node_modules/alertstatus/stack.json"));
    await prepareStack(installed, land);
    for (const typed of withStack) stages.push(await type(typed));
    if (hasBrowser) stages.push(await openPage(join(installed.folder, "status.html")));
    const ms = performance.now() - begun;
    return [...stages, { title: `the walk took ${Math.round(ms / 1_000)} s, of ten minutes`, isOk: ms < AT_MOST_MS, seen: "" }];
  } finally {
    await land.close();
  }
}

// As `aws ssm put-parameter` and an editor do, between two steps.
async function prepareStack({ folder }: Installed, { cloud, env }: Land): Promise<void> {
  const ssm = new SSMClient(cloud.settings);
  const Value = readFileSync(env.KUBECONFIG ?? "", "utf8");
  await ssm.send(new PutParameterCommand({ Name: PARAMETER, Value, Type: "SecureString" }));
  ssm.destroy();
  const cluster = { name: CLUSTER, kubernetes: { kubeconfig: { ssm: PARAMETER } } };
  writeFileSync(join(folder, "stack.yml"), JSON.stringify({ clusters: [cluster] }));
}

async function take(installed: Installed, node: Node, { env }: Land, { line, says, into, isRepeated }: Typed): Promise<Stage> {
  const words = line.split(" ");
  const [begun, isTold] = [performance.now(), ({ stdout }: Ended) => says.test(stdout)];
  let ended = await run(installed, node, words, env);
  while (isRepeated && !isTold(ended) && performance.now() - begun < AT_MOST_MS) {
    await sleep(AGAIN_MS);
    ended = await run(installed, node, words, env);
  }
  if (into !== undefined) writeFileSync(join(installed.folder, into), ended.stdout);
  return { title: line, isOk: ended.code !== 2 && isTold(ended), seen: `exit ${ended.code}\n${ended.stdout}${ended.stderr}` };
}

async function openPage(file: string): Promise<Stage> {
  const browser = await startBrowser();
  try {
    const { page, noise } = await openFile(browser, `file://${file}`, { at: new Date().toISOString() });
    const text = await page.locator("main").textContent();
    return {
      title: "the page, in a browser",
      isOk: text?.includes(CLUSTER) === true && noise.length === 0,
      seen: `${text}\n${noise.join("\n")}`,
    };
  } finally {
    await browser.close();
  }
}
