// Puts the whole stack into a local cloud, before a fleet of simulated clusters in processes of their own.

import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { type CloudAccess, type LocalCloud, startLocalCloud } from "../../support/local-cloud.ts";
import { deployStack, type LocalStack } from "../../support/local-stack.ts";
import { publishFleet } from "../../support/stack-fleet.ts";
import { startChild } from "./child.ts";
import type { Given, Listening, Seen } from "./system-clusters.ts";
import type { Behind, Called } from "./system-front.ts";

/** The deployed stack, and who counts what it asks of its clusters and of AWS: since the last time that was asked. */
export type SystemLab = {
  readonly cloud: LocalCloud;
  readonly stack: LocalStack;
  seen(): Promise<Seen>;
  called(): Promise<Called>;
  stop(): Promise<void>;
};

// In the network namespace that the script of package.json makes; a fleet in a bucket names no server on the loopback interface.
const ADDRESS = "10.200.0.1";
// Below the ports that Linux hands out by itself.
const FIRST_PORT = 12_000;
const SERVERS = 2;
const STAGE = "bench";
// Two cores run everything: more shards at one time would only wait for each other.
const SHARDS_AT_ONCE = 2;
const TOKEN = "t".repeat(900);

/** Each cluster is an origin of its own over TLS, with a login of its own in the Parameter Store. */
export async function startSystemLab(clusters: number): Promise<SystemLab> {
  const servers = await startClusters(clusters);
  const cloud = await startLocalCloud();
  const front = startChild<string & Called>("system-front.ts");
  front.send({ url: cloud.url, ca: cloud.ca } satisfies Behind);
  const environment = { AWS_ENDPOINT_URL: await front.answer() };
  const params = { tick: "rate(1 day)", tickConcurrency: String(SHARDS_AT_ONCE) };
  const stack = await deployStack(cloud, { stage: STAGE, params, environment });
  const members = await Promise.all(servers.map((server, index) => membersOf(cloud, `authority-${index}`, server)));
  await publishFleet(cloud, stack, members.flat());
  return {
    cloud,
    stack,
    async seen() {
      const all = await Promise.all(servers.map(({ seen }) => seen()));
      const sum = (key: keyof Seen) => all.reduce((total, one) => total + one[key], 0);
      return { requests: sum("requests"), connections: sum("connections"), resumed: sum("resumed") };
    },
    called: () => asked(front),
    async stop() {
      await cloud.stop();
      for (const { stop } of [...servers, front]) stop();
    },
  };
}

// What publishFleet would say of each, but for the authority: the clusters of one server share it.
async function membersOf(cloud: CloudAccess, authority: string, { ca, ports }: { readonly ca: string; readonly ports: readonly number[] }) {
  const ssm = new SSMClient(cloud.settings);
  const Name = `/alertstatus/${STAGE}/clusters/${authority}`;
  await ssm.send(new PutParameterCommand({ Name, Value: ca, Type: "SecureString" }));
  ssm.destroy();
  return ports.map((port) => {
    const [name, server] = [`cluster-${port}`, `https://${ADDRESS}:${port}`];
    const auth = { token: { ssm: `/alertstatus/${STAGE}/clusters/${name}` } };
    return { name, server, token: TOKEN, kubernetes: { server, ca: { ssm: Name }, auth } };
  });
}

function startClusters(clusters: number) {
  const each = Math.ceil(clusters / SERVERS);
  return Promise.all(
    Array.from({ length: SERVERS }, async (_, index) => {
      const [firstPort, here] = [FIRST_PORT + index * each, Math.min(each, clusters - index * each)];
      const server = startChild<Listening & Seen>("system-clusters.ts");
      server.send({ address: ADDRESS, firstPort, clusters: here } satisfies Given);
      const { ca } = await server.answer();
      const ports = Array.from({ length: here }, (_, port) => firstPort + port);
      return { ca, ports, seen: () => asked<Seen>(server), stop: server.stop };
    }),
  );
}

function asked<Answer>({ answer, send }: { answer: () => Promise<Answer>; send: (message: string) => void }): Promise<Answer> {
  const answered = answer();
  send("what was it?");
  return answered;
}
