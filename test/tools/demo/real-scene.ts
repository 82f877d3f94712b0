// Runs the clusters of the demo on real API servers and real Prometheuses.

import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import type { Profile } from "../../../functions/core/profile/profile.ts";
import { hurriedRules } from "../../real/hurried-rules.ts";
import { collector, services } from "../../support/kyma-metrics.ts";
import { startTraffic } from "../../support/kyma-traffic.ts";
import { type RealKubernetes, startKubernetes } from "../../support/real-kubernetes.ts";
import { startPrometheus } from "../../support/real-prometheus.ts";
import { writeFleet } from "./fleet-file.ts";
import { BROKEN, CLUSTERS, DARK, PIPELINES, type Scene } from "./scene.ts";

const spans = collector(services.gateway, "spans");
const kinds = { TracePipeline: "tracepipelines", MetricPipeline: "metricpipelines", LogPipeline: "logpipelines" } as const;

// Kyma's rules with shorter waits: a demo must not take five minutes.
const hurried: Profile = { ...kymaTelemetry, rules: { for: "1s", window: "4s", keepFiringFor: "1s" } };
const rules = hurriedRules(hurried);

/** Three real API servers, each with a real Prometheus that scrapes what the collectors of its pipelines would show. */
export async function realScene(): Promise<Scene> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const undo of closers.splice(0).reverse()) await undo();
  };
  try {
    return { ...(await start(closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Member = Awaited<ReturnType<typeof startMember>>;

async function start(closers: (() => Promise<void>)[]): Promise<Omit<Scene, "close">> {
  console.log("Starting three real API servers and three real Prometheus…");
  const started = await Promise.all(CLUSTERS.map(async (name) => [name, await startMember(closers)] as const));
  const members = new Map<string, Member>(started);
  const fleet = [...members].map(
    ([
      name,
      {
        kubernetes: { server, ca, token },
        prometheus,
      },
    ]) => ({ name, server, ca, token, alertsUrl: prometheus.url }),
  );
  const { fleetFile, remove } = await writeFleet(fleet, { hurried });
  closers.push(remove);
  const broken = memberOf(members, BROKEN.cluster);
  const dark = memberOf(members, DARK);
  return {
    what: "Three clusters: real API servers, and real Prometheus that scrape twice a second.",
    fleetFile,
    members: fleet,
    breakBackend: async () => broken.traffic.flow([spans.sendFailed(BROKEN.pipeline)]),
    healBackend: async () => broken.traffic.flow([spans.sent(BROKEN.pipeline)]),
    killPrometheus: () => dark.prometheus.kill(),
    startPrometheus: () => dark.prometheus.restart(),
    letItWatch: async () => undefined,
    writes: async () =>
      (await Promise.all([...members.values()].map(({ kubernetes }) => writesOf(kubernetes)))).reduce((sum, count) => sum + count, 0),
  };
}

// Prometheus first: it has watched for a while by the time that the API server is there.
async function startMember(closers: (() => Promise<void>)[]) {
  const traffic = await startTraffic();
  closers.push(traffic.close);
  traffic.flow([spans.sent(BROKEN.pipeline)]);
  const prometheus = await startPrometheus({ rules, targets: traffic.targets });
  closers.push(prometheus.stop);
  const kubernetes = await startKubernetes();
  closers.push(kubernetes.stop);
  for (const pipeline of PIPELINES) await kubernetes.request("POST", `/apis/${pipeline.apiVersion}/${kinds[pipeline.kind]}`, pipeline);
  return { kubernetes, traffic, prometheus };
}

function memberOf(members: ReadonlyMap<string, Member>, name: string): Member {
  const member = members.get(name);
  if (member === undefined) throw new Error(`there is no cluster ${name}`);
  return member;
}

async function writesOf({ request }: RealKubernetes): Promise<number> {
  const { body } = await request("GET", "/metrics");
  const lines = String(body)
    .split("\n")
    .filter((line) => /^apiserver_request_total{.*group="telemetry\.kyma-project\.io".*verb="PATCH"/.test(line));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
