// A real Cortex in one process, as Mimir is set up by default: what a Prometheus writes into it is evaluated by its ruler.

import { part } from "../tools/parts/parts.ts";
import { ownPort } from "./own-port.ts";
import { type RealServer, startServer } from "./real-server.ts";

export type RealCortex = RealServer & {
  /** Where its Alerts API is. */
  readonly alertsUrl: string;
  /** What has a Prometheus write into it. */
  readonly remoteWrite: object;
  /** What every request to it carries. */
  readonly headers: Readonly<Record<string, string>>;
  /** From now on these are its rules. */
  reload(rules: { readonly groups: readonly { readonly name: string }[] }): Promise<void>;
};

type Settings = {
  /** What is in its configuration file beside the flags. */
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly evaluateMs?: number;
  /** Below which waits begin anew at a start. */
  readonly grace?: string;
};

const TENANT = { "x-scope-orgid": "eu" };
const NAMESPACE = "alertstatus";

/** A Cortex without rules. */
export async function startCortex({ config = {}, env, evaluateMs = 2_000, grace = "2m" }: Settings = {}): Promise<RealCortex> {
  const grpc = await ownPort();
  const server = await startServer({
    part: part("cortex"),
    binary: "cortex",
    flags: (folder, listen) => [
      `-config.file=${folder}/cortex.yml`,
      "-config.expand-env=true",
      ...listenFlags(listen, grpc),
      ...storageFlags(`${folder}/data`),
      // Elsewhere they are in a store of objects, and outlive what the rulers know.
      `-ruler-storage.filesystem.dir=${folder}/rules`,
      ...rulerFlags(evaluateMs, grace),
    ],
    files: { "cortex.yml": config },
    env,
    readyPath: "/ready",
  });
  return {
    ...server,
    alertsUrl: `${server.url}/prometheus`,
    remoteWrite: { url: `${server.url}/api/v1/push`, headers: TENANT, queue_config: { batch_send_deadline: "500ms" } },
    headers: TENANT,
    reload: ({ groups }) => reload(server.url, groups),
  };
}

function listenFlags(listen: string, grpc: number): readonly string[] {
  const { hostname, port } = new URL(`http://${listen}`);
  return [
    `-server.http-listen-address=${hostname}`,
    `-server.http-listen-port=${port}`,
    `-server.grpc-listen-address=${hostname}`,
    `-server.grpc-listen-port=${grpc}`,
    "-target=all,alertmanager",
    `-alertmanager.web.external-url=http://${listen}/alertmanager`,
    "-alertmanager.enable-api=true",
    "-alertmanager.sharding-enabled=false",
    // Without peers: it would listen for them at one port for all.
    "-alertmanager.cluster.listen-address=",
    "-ring.store=inmemory",
    "-distributor.ring.store=inmemory",
    `-ingester.lifecycler.addr=${hostname}`,
    "-ingester.min-ready-duration=0s",
    "-ingester.final-sleep=0s",
    "-ingester.num-tokens=16",
    "-distributor.replication-factor=1",
    "-distributor.shard-by-all-labels=true",
    "-compactor.ring.store=inmemory",
    "-ruler.ring.store=inmemory",
  ];
}

function storageFlags(folder: string): readonly string[] {
  return [
    "-blocks-storage.backend=filesystem",
    `-blocks-storage.filesystem.dir=${folder}/blocks`,
    `-blocks-storage.tsdb.dir=${folder}/tsdb`,
    `-blocks-storage.bucket-store.sync-dir=${folder}/sync`,
    `-compactor.data-dir=${folder}/compactor`,
    "-ruler-storage.backend=filesystem",
    `-ruler.rule-path=${folder}/ruler`,
    "-alertmanager-storage.backend=filesystem",
    `-alertmanager-storage.filesystem.dir=${folder}/alertmanagers`,
    `-alertmanager.storage.path=${folder}/alertmanager`,
  ];
}

// The grace period and the limit on a group's rules are those of Mimir; Cortex itself has ten minutes, and no limit.
function rulerFlags(evaluateMs: number, grace: string): readonly string[] {
  return [
    "-experimental.ruler.enable-api=true",
    `-ruler.evaluation-interval=${evaluateMs}ms`,
    "-ruler.poll-interval=1s",
    "-ruler.resend-delay=1s",
    `-ruler.for-grace-period=${grace}`,
    "-ruler.max-rules-per-rule-group=20",
  ];
}

async function reload(url: string, groups: readonly { readonly name: string }[]): Promise<void> {
  const namespace = `${url}/api/v1/rules/${NAMESPACE}`;
  await send("DELETE", namespace, 404);
  for (const group of groups) await send("POST", namespace, 202, group);
}

async function send(method: string, url: string, accepted: number, body?: object): Promise<void> {
  const headers = { ...TENANT, "content-type": "application/yaml" };
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (![202, accepted].includes(response.status)) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
}
