// Stages what a reader of the pages has: a cluster with a kubeconfig, and a stack in an account, both played on loopback.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { vi } from "vitest";
import { leaveRuns, pipeline } from "../cli/seeded-state.ts";
import { startAwsStore } from "../support/aws-store.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { fleetKeeper } from "../support/fleet-keeper.ts";
import { serve } from "../support/http-server.ts";
import { serveSecurely } from "../support/secure-server.ts";
import { startSimulator } from "../support/simulator.ts";
import { startStateTable } from "../support/state-table.ts";

/** What a reader has: `env` leads commands to it, and `folder` is where files are written. */
export type Scene = {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** The text of a fleet file with the cluster. */
  readonly fleet: string;
  /** Leaves the fleet of the transcript of a push in the bucket, and the file that replaces it. */
  pushBefore(file: string): Promise<void>;
  close(): Promise<void>;
};

export const CLUSTER = "prod-eu-1";
/** When rules were evaluated last, in a transcript. */
export const EVALUATED = "2026-11-27T13:41:09Z";
const BUCKET = "fleet-of-prod";
const STAGE = "prod";

/** A cluster with one pipeline whose backend is down, which the kubeconfig and `fleet.yml` know, and the stack of the stage prod. */
export async function startScene(): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), "alertstatus-docs-"));
  const [cluster, account] = [await startCluster(folder), await startAccount()];
  return {
    folder,
    env: { ...account.env, ...cluster.env },
    fleet: cluster.fleet,
    pushBefore: async (file) => {
      const names = ["prod-eu-1", "prod-eu-2", "prod-us-1", "prod-us-2", "test-eu-1"];
      const [first = {}, ...others] = names.map((name) => ({ name, kubernetes: { eks: { name, region: "eu-central-1" } } }));
      await account.keeper.put(account.uri, JSON.stringify({ clusters: [first, ...others] }));
      await writeFile(join(folder, file), JSON.stringify({ clusters: [{ ...first, labels: { tier: "prod" } }, ...others.slice(0, -1)] }));
    },
    close: async () => {
      await Promise.all([cluster.close(), account.close()]);
      await rm(folder, { recursive: true });
    },
  };
}

async function startCluster(folder: string) {
  const simulator = await startSimulator();
  simulator.put(aResource({ name: "checkout" }).object);
  const about = { pipeline_name: "checkout" };
  const firing = [
    anAlert("TraceGatewayAllDataDropped", about, { activeAt: "2026-11-27T13:20:24.123456789Z", value: "1.23456e+01" }),
    anAlert("TraceGatewayThrottling", about, { activeAt: "2026-11-27T13:22:54Z", value: "4e-01" }),
  ];
  simulator.setAlerts(alertsBody({ firing }));
  // The simulator has not learned to review permissions: here a login has them all.
  const front = await serveSecurely(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const body = await text(request);
    if (url.endsWith("/selfsubjectaccessreviews")) return response.writeHead(201).end(JSON.stringify({ status: { allowed: true } }));
    const { authorization = "", "content-type": type = "application/json" } = headers;
    const sent = { method, headers: { authorization, "content-type": type }, ...(body !== "" && { body }) };
    const answer = await fetch(simulator.url + url, sent);
    return response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  const kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, kubeconfigOf(front.url, front.ca, simulator.token));
  const kubernetes = { kubeconfig: { file: kubeconfig } };
  const fleet = JSON.stringify({ clusters: [{ name: CLUSTER, labels: { region: "eu" }, kubernetes }] });
  const file = join(folder, "own.yml");
  await writeFile(file, fleet);
  return { fleet, env: { KUBECONFIG: kubeconfig, ALERTSTATUS_FLEET: file }, close: () => Promise.all([simulator.close(), front.close()]) };
}

function kubeconfigOf(server: string, ca: string, token: string): string {
  return JSON.stringify({
    contexts: [{ name: CLUSTER, context: { cluster: CLUSTER, user: "me" } }],
    clusters: [{ name: CLUSTER, cluster: { server, "certificate-authority-data": btoa(ca) } }],
    users: [{ name: "me", user: { token } }],
    "current-context": CLUSTER,
  });
}

async function startAccount() {
  const [store, table] = [await startAwsStore(), await startStateTable()];
  const uri = `s3://${BUCKET}/fleet.yml`;
  const described = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>alertstatus-${STAGE}</StackName><Outputs><member><OutputKey>FleetUri</OutputKey><OutputValue>${uri}</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
  const cloudFormation = await serve((_, response) => void response.writeHead(200, { "content-type": "text/xml" }).end(described));
  const env = { ...store.env, ...table.env, AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url };
  const keeper = fleetKeeper(store.settings);
  await keeper.makeBucket(BUCKET);
  // An AWS client reads its environment once.
  vi.resetModules();
  Object.assign(process.env, env);
  const { openStore } = await import("../../functions/state/store.ts");
  const nowMs = Date.now();
  const down = pipeline("checkout", "False", "GatewayAllTelemetryDataDropped", ["TraceGatewayAllDataDropped"]);
  const saw = [{ cluster: CLUSTER, labels: { region: "eu" }, resources: [down] }];
  await leaveRuns(openStore(`alertstatus-${STAGE}`, nowMs, 5_000), nowMs, [
    { minutesAgo: 1, saw },
    { minutesAgo: 0, saw },
  ]);
  return {
    env,
    uri,
    keeper,
    close: async () => {
      keeper.leave();
      await Promise.all([store.close(), table.close(), cloudFormation.close()]);
    },
  };
}
