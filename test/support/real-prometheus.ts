import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { locate, parts } from "../tools/parts/parts.ts";
import { kymaRelabelling } from "./kyma-metrics.ts";
import { ownPort } from "./own-port.ts";
import { PATIENCE_MS } from "./patience.ts";

export type RealPrometheus = {
  url: string;
  /** Ends it for good, and removes what it stored. */
  stop(): Promise<void>;
  /** It dies as in a crash; what it stored stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and on what it stored, with these rules or the same; one that still runs is ended first, as on an orderly restart. */
  restart(rules?: object): Promise<void>;
};

/** A metrics endpoint, and the labels that all of its series get. */
export type Target = { url: string; labels: Readonly<Record<string, string>> };

type Settings = {
  address?: string;
  /** The content of the rules file. */
  rules: object;
  /** What is scraped: the label `service` → the URL of a metrics endpoint, or targets with labels of their own. */
  targets: Readonly<Record<string, string>> | readonly Target[];
  /** How often targets are scraped. */
  scrapeMs?: number;
  /** How often rules are evaluated: three times as long without an evaluation is a stall, which a busy machine must not bring about. */
  evaluateMs?: number;
  /** A store of others that is asked for series that are selected with `remote="yes"`: the URL of its remote-read API. */
  remoteRead?: string;
  /** More of prometheus.yml. */
  more?: object;
};

type Running = { end(signal: "TERM" | "KILL"): Promise<void>; origin: string };

// Prometheus must not outlive whoever started it, however that one dies: the shell between them ends it when its input closes, which
// the kernel sees to. The shell lets go of the log, so that the log ends when Prometheus does.
const GUARD = '"$@" </dev/null & exec 2>&-; read -r signal || signal=KILL; kill -s "$signal" $!; wait $!';

/** The folder of the real `prometheus` and `promtool`. */
export function prometheusFolder(): string {
  const folder = locate(parts.find(({ name }) => name === "prometheus")!);
  if (folder === undefined) throw new Error("there is no prometheus and promtool here; to build them: npm run parts");
  return folder;
}

/** A real Prometheus that is ready to answer, scraping and evaluating at short intervals. */
export async function startPrometheus({
  address = "127.0.0.1",
  rules,
  targets,
  scrapeMs = 500,
  evaluateMs = 2_000,
  remoteRead,
  more = {},
}: Settings): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), "prometheus-"));
  const write = (content: object) => writeFile(join(folder, "rules.yml"), JSON.stringify(content));
  await write(rules);
  await writeFile(
    join(folder, "prometheus.yml"),
    JSON.stringify({ ...configuration(targets, { scrapeMs, evaluateMs }, remoteRead), ...more }),
  );
  const cleanUp = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  let running: Running | undefined = await run(folder, `${address}:${await ownPort(address)}`).catch(async (error) => {
    await cleanUp();
    throw error;
  });
  const { origin } = running;
  const end = async (signal: "TERM" | "KILL") => {
    await running?.end(signal);
    running = undefined;
  };
  return {
    url: origin,
    kill: () => end("KILL"),
    async stop() {
      await end("KILL");
      await cleanUp();
    },
    async restart(next) {
      await end("TERM");
      if (next !== undefined) await write(next);
      running = await run(folder, new URL(origin).host);
    },
  };
}

type Intervals = { readonly scrapeMs: number; readonly evaluateMs: number };

function configuration(targets: Settings["targets"], { scrapeMs, evaluateMs }: Intervals, remoteRead: string | undefined): object {
  return {
    global: { scrape_interval: `${scrapeMs}ms`, scrape_timeout: `${scrapeMs}ms`, evaluation_interval: `${evaluateMs}ms` },
    rule_files: ["rules.yml"],
    scrape_configs: listed(targets).map(({ url, labels }, index) => ({
      job_name: `${labels.service}-${index}`,
      metrics_path: new URL(url).pathname,
      static_configs: [{ targets: [new URL(url).host], labels }],
      metric_relabel_configs: kymaRelabelling,
    })),
    ...(remoteRead && { remote_read: [{ url: remoteRead, read_recent: true, required_matchers: { remote: "yes" } }] }),
  };
}

function listed(targets: Settings["targets"]): readonly Target[] {
  return Array.isArray(targets) ? targets : Object.entries(targets).map(([service, url]) => ({ url, labels: { service } }));
}

async function run(folder: string, listen: string): Promise<Running> {
  const program = join(prometheusFolder(), "prometheus");
  const flags = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${listen}`];
  const guard = spawn("sh", ["-c", GUARD, "sh", program, ...flags], { stdio: ["pipe", "ignore", "pipe"], detached: true });
  const exited = once(guard, "exit");
  const end = async (signal: "TERM" | "KILL") => {
    guard.stdin!.end(`${signal}\n`);
    await exited;
  };
  try {
    const origin = `http://${await listeningOn(guard)}`;
    await ready(origin);
    return { origin, end };
  } catch (error) {
    await end("KILL");
    throw error;
  }
}

/** The address that Prometheus says it listens on; afterwards its log is read on, and dropped. */
function listeningOn({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = "";
    stderr!.setEncoding("utf8");
    stderr!.on("data", (text: string) => {
      log += text;
      const [, address] = /msg="Listening on".* address=(\S+:\d+)/.exec(log) ?? [];
      if (address === undefined) return;
      stderr!.removeAllListeners("data").resume();
      resolve(address);
    });
    stderr!.on("end", () => reject(new Error(`Prometheus did not start:\n${log}`)));
  });
}

async function ready(origin: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const response = await fetch(`${origin}/-/ready`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await sleep(50);
  }
  throw new Error(`Prometheus at ${origin} listens, but did not become ready`);
}

export type MetricsEndpoint = {
  url: string;
  /** What every scrape finds from now on; a function is asked anew each time. */
  set(lines: string | (() => string)): void;
  close(): Promise<void>;
};

/** A metrics endpoint, with nothing to say at first. */
export async function startMetrics(on = "127.0.0.1"): Promise<MetricsEndpoint> {
  let render = () => "";
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(render());
  });
  server.listen(0, on);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the endpoint listens on no port");
  return {
    url: `http://${on}:${address.port}/metrics`,
    set(lines) {
      render = typeof lines === "string" ? () => lines : lines;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
