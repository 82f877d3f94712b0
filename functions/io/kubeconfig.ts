import type { RequestOptions } from "node:https";
import { UpstreamError } from "../core/errors.ts";
import { serverProblem } from "../core/source.ts";
import { resolvePath } from "./secret.ts";

/** What a kubeconfig context says about one cluster, exec plugins run and files read. PEM and header values. */
export type KubeconfigLogin = {
  readonly server: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly authorization?: string;
};

/** Reads one context, the current one where none is named; an {@link UpstreamError} `kubeconfig-unusable` says why it cannot be used. */
export async function readKubeconfig(file: string, context: string | undefined, folder: string): Promise<KubeconfigLogin> {
  // Loaded only here: it costs more than all the rest together.
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const options: RequestOptions = {};
  await usable(file, () => {
    config.loadFromFile(resolvePath(file, folder));
    if (context !== undefined) config.setCurrentContext(context);
  });
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw unusable(file, `it has no cluster for the context ${context ?? config.getCurrentContext()}`);
  if (cluster.skipTLSVerify) throw unusable(file, "it skips the verification of the server's certificate: name the CA instead");
  if (cluster.proxyUrl !== undefined) throw unusable(file, "it asks for a proxy, which is not supported");
  const problem = serverProblem(cluster.server);
  if (problem !== undefined) throw unusable(file, `its server is not usable: ${problem}`);
  await usable(file, () => config.applyToHTTPSOptions(options));
  return {
    server: cluster.server,
    ca: pem(options.ca),
    certificate: pem(options.cert),
    key: pem(options.key),
    authorization: authorization(options),
  };
}

// The library's messages may repeat what the file holds.
async function usable(file: string, step: () => void | Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    throw unusable(file, code ?? "it cannot be read as a kubeconfig, or its login failed");
  }
}

function unusable(file: string, why: string): UpstreamError {
  return new UpstreamError("kubeconfig-unusable", `${file}: ${why}`);
}

function pem(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function authorization({ headers, auth }: RequestOptions): string | undefined {
  if (typeof auth === "string") return `Basic ${Buffer.from(auth).toString("base64")}`;
  const value = new Map(Object.entries(headers ?? {})).get("Authorization");
  return typeof value === "string" ? value : undefined;
}
