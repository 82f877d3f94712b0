// Sets up the deployed stack with one cluster that is well, beside others that push and do not answer.

import { findCondition, parseResource } from "../../functions/core/kubernetes/resource.ts";
import { parsePushSecret } from "../../functions/receive/secret.ts";
import { pushToken } from "../../functions/receive/token.ts";
import { aPosted } from "../receive/pushes.ts";
import { alertsBody, anAlert, aResource, kinds } from "../support/builders.ts";
import { type LocalCloud, startLocalCloud } from "../support/local-cloud.ts";
import { deployStack, type LocalStack } from "../support/local-stack.ts";
import { startFront } from "../support/secure-front.ts";
import { serveSecurely } from "../support/secure-server.ts";
import { startSimulator } from "../support/simulator.ts";
import { publishFleet } from "../support/stack-fleet.ts";
import { startSilent } from "./hostile-clusters.ts";
import { keepSecret } from "./push-cloud.ts";

/** The stack, whose schedule rests for a day: what becomes of the cluster `well`, becomes of it by pushes. */
export type HangingLab = {
  readonly cloud: LocalCloud;
  readonly stack: LocalStack;
  /** Pushes news for a cluster, as its Prometheus does; the status of the answer. */
  push(cluster: string): Promise<number>;
  /** Whether an alert is to fire for the pipeline of `well`. */
  setBroken(isBroken: boolean): void;
  /** What the condition of that pipeline says now. */
  status(): string | undefined;
  /** The requests that are not answered, for none ever is. */
  hanging(): number;
  /** The silent clusters that nothing has ever connected to. */
  untried(): readonly string[];
  stop(): Promise<void>;
};

const STAGE = "hanging";
const SECRET = "canary-of-the-receivers-secret-1234567890";

/** @param address of this machine, and not of its loopback interface; `slow` clusters take requests, `silent` ones connections only */
export async function startHangingLab(address: string, slow: readonly string[], silent: readonly string[]): Promise<HangingLab> {
  const cloud = await startLocalCloud();
  let hanging = 0;
  const [well, taking, keepingSilent] = await Promise.all([
    startSimulator(),
    serveSecurely(() => void hanging++, address),
    Promise.all(silent.map(() => startSilent(address))),
  ]);
  const front = await startFront(well, address);
  const stop = async () => {
    await Promise.all([well, taking, ...keepingSilent, front].map((server) => server.close()));
    await cloud.stop();
  };
  try {
    well.put(aResource().object);
    await keepSecret(cloud, STAGE, SECRET);
    const stack = await deployStack(cloud, { stage: STAGE, params: { tick: "rate(1 day)" } });
    const token = "token";
    await publishFleet(cloud, stack, [
      { name: "well", server: front.url, ca: front.ca, token: well.token },
      ...slow.map((name) => ({ name, server: taking.url, ca: taking.ca, token })),
      ...silent.map((name, index) => ({ name, server: keepingSilent[index]!.url, token })),
    ]);
    return {
      cloud,
      stack,
      push: (cluster) => push(stack, cluster),
      setBroken: (isBroken) => well.setAlerts(alertsBody({ firing: isBroken ? [anAlert("TraceGatewayThrottling")] : [] })),
      status: () => {
        const { conditions } = parseResource(kinds.TracePipeline, well.get("TracePipeline", "backend"));
        return findCondition(conditions, "TelemetryFlowHealthy")?.status;
      },
      hanging: () => hanging,
      untried: () => silent.filter((_, index) => keepingSilent[index]!.taken() === 0),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

let pushes = 0;

async function push({ receiver }: LocalStack, cluster: string): Promise<number> {
  const alert = aPosted("News", { startsAt: new Date(pushes++).toISOString() });
  const token = pushToken(parsePushSecret(SECRET), { stage: STAGE, cluster });
  const { status } = await fetch(`${receiver}/clusters/${cluster}/api/v2/alerts`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify([alert]),
  });
  return status;
}
