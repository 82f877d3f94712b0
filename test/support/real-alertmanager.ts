import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { locate, part } from "../tools/parts/parts.ts";
import { PATIENCE_MS } from "./patience.ts";

export type RealAlertmanager = {
  readonly url: string;
  /** Hands alerts over, as Prometheus does. */
  post(alerts: readonly object[]): Promise<void>;
  /** Ends it, and removes what it stored. */
  stop(): Promise<void>;
};

// It ends when the input closes: when its owner says so, or is gone.
const GUARD = '"$@" </dev/null & exec 2>&-; read -r _; kill -s KILL $!; wait $!';

/** A real Alertmanager without peers, by this configuration. */
export async function startAlertmanager(configuration: object): Promise<RealAlertmanager> {
  const binaries = locate(part("alertmanager"));
  if (binaries === undefined) throw new Error("there is no alertmanager here; to build it: npm run parts");
  const folder = await mkdtemp(join(tmpdir(), "alertmanager-"));
  await writeFile(join(folder, "alertmanager.yml"), JSON.stringify(configuration), { mode: 0o600 });
  const flags = [
    `--config.file=${folder}/alertmanager.yml`,
    `--storage.path=${folder}/data`,
    "--web.listen-address=127.0.0.1:0",
    "--cluster.listen-address=",
  ];
  const guard = spawn("sh", ["-c", GUARD, "sh", join(binaries, "alertmanager"), ...flags], {
    stdio: ["pipe", "ignore", "pipe"],
    detached: true,
  });
  const exited = once(guard, "exit");
  const stop = async () => {
    guard.stdin?.end();
    await exited;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const url = `http://${await listeningOn(guard)}`;
    await ready(url);
    return { url, post: (alerts) => post(url, alerts), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function post(url: string, alerts: readonly object[]): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/api/v2/alerts`, { method: "POST", headers, body: JSON.stringify(alerts) });
  if (response.status !== 200) throw new Error(`the Alertmanager answered ${response.status}: ${await response.text()}`);
}

function listeningOn({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = "";
    stderr?.setEncoding("utf8");
    stderr?.on("data", (text: string) => {
      log += text;
      const [, address] = /msg="Listening on".* address=(\S+:\d+)/.exec(log) ?? [];
      if (address === undefined) return;
      stderr.removeAllListeners("data").resume();
      resolve(address);
    });
    stderr?.on("end", () => reject(new Error(`the Alertmanager did not start:\n${log}`)));
  });
}

async function ready(url: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await sleep(50);
  }
  throw new Error(`the Alertmanager at ${url} listens, but did not become ready`);
}
