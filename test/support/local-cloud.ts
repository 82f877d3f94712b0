// Runs an AWS on loopback for the tests of the stack.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { locate, part } from "../tools/parts/parts.ts";
import { ownPort } from "./own-port.ts";
import { PATIENCE_MS } from "./patience.ts";

/** The ways into a local cloud, as plain data. */
export type CloudAccess = {
  readonly url: string;
  /** PEM: of the certificate that it shows, which this process trusts from now on. */
  readonly ca: string;
  /** What the constructor of any AWS SDK client takes. */
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** What is put here ends with the cloud. */
  readonly folder: string;
  /** The whole environment of a program that works in this cloud; of the environment of the tests it has the PATH only. */
  readonly env: Readonly<Record<string, string>>;
};

export type LocalCloud = CloudAccess & {
  /** What the cloud has written to its log, with what the functions wrote in between. */
  log(): string;
  /** Ends it and all functions that it runs, and removes what it stored. */
  stop(): Promise<void>;
};

// Where its user may, it also takes port 443, and ends where another cloud takes that at the same moment.
const ATTEMPTS = 5;
const REGION = "eu-central-1";
// To this cloud `test` is the account's root user; the functions have credentials of their roles.
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
// The cloud and the functions that it runs are one process group, which ends when the input closes: when its owner says so, or is gone.
const GUARD = '{ "$@" </dev/null; kill -s KILL 0; } & read -r _; kill -s KILL 0';

/**
 * An AWS on loopback: EventBridge and its Scheduler, SQS, SNS, S3, SSM, CloudFormation, and Lambda on this very Node. It speaks TLS only,
 * for the policies that ask for it, and a function may do what its role allows and nothing else.
 */
export async function startLocalCloud(): Promise<LocalCloud> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce();
    } catch (error) {
      if (attempt === ATTEMPTS || !/Address already in use/.test(String(error))) throw error;
    }
  }
}

async function startOnce(): Promise<LocalCloud> {
  const binaries = locate(part("ministack"));
  if (binaries === undefined) throw new Error("there is no ministack here; to build it: npm run parts");
  const folder = await mkdtemp(join(tmpdir(), "local-cloud-"));
  const port = await ownPort();
  const settings = { BIND_HOST: "127.0.0.1", GATEWAY_PORT: String(port), MINISTACK_REGION: REGION, AUTH: "true", USE_SSL: "1" };
  const guard = spawn("sh", ["-c", GUARD, "sh", join(binaries, "ministack")], {
    cwd: folder,
    env: { ...programEnvironment(folder), ...settings, PYTHONUNBUFFERED: "1" },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const log = collect(guard);
  const exited = once(guard, "close");
  const stop = async () => {
    guard.stdin.end();
    await exited;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const ended = exited.then(() => Promise.reject(new Error("it ended")));
  try {
    return { ...(await Promise.race([ready(`https://127.0.0.1:${port}`, folder), ended])), log, stop };
  } catch (error) {
    await stop();
    throw new Error(`the local cloud did not start:\n${log()}`, { cause: error });
  }
}

// Functions inherit what the cloud is started with, and run on the first `node` of its PATH.
function programEnvironment(folder: string): Record<string, string> {
  return { PATH: [dirname(process.execPath), process.env.PATH].join(delimiter), HOME: folder, TMPDIR: folder };
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let text = "";
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (more: string) => {
      text += more;
    });
  }
  return () => text;
}

async function ready(url: string, folder: string): Promise<CloudAccess> {
  // It makes its certificate before it listens, by `openssl`.
  const certificate = join(folder, "ministack-tls/server.crt");
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const ca = await readFile(certificate, "utf8").catch(() => "");
    if (ca !== "") setDefaultCACertificates([...getCACertificates("default"), ca]);
    const response = await fetch(`${url}/_ministack/ready`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return accessOf(url, ca, certificate, folder);
    await sleep(50);
  }
  throw new Error(`${url} did not become ready in ${PATIENCE_MS} ms`);
}

function accessOf(url: string, ca: string, certificate: string, folder: string): CloudAccess {
  return {
    url,
    ca,
    folder,
    settings: { endpoint: url, region: REGION, credentials: CREDENTIALS },
    env: {
      ...programEnvironment(folder),
      NODE_EXTRA_CA_CERTS: certificate,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
    },
  };
}
