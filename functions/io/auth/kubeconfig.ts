import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { parseEmbeddedKubeconfig } from "../../core/access/kubeconfig.ts";
import type { Kubeconfig } from "../../core/access/kubernetes.ts";
import { serverUrlError } from "../../core/access/url.ts";
import { UpstreamError } from "../../core/errors.ts";
import { sanitize } from "../../core/text.ts";
import { readSecret, refText, resolvePath } from "./secret.ts";

/** What a kubeconfig context says about one cluster, exec plugins run and files read. PEM and header values. */
export type KubeconfigLogin = {
  readonly server: string;
  readonly ca?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly authorization?: string;
  readonly token?: string;
  readonly secrets: readonly string[];
};

/** Reads one context, the current one where none is named; an {@link UpstreamError} `kubeconfig-unusable` says why it cannot be used. */
export async function readKubeconfig(kubeconfig: Kubeconfig, folder: string | undefined): Promise<KubeconfigLogin> {
  // Loaded only here: it costs more than all the rest together.
  const library = await import("@kubernetes/client-node");
  const config = new library.KubeConfig();
  const options: RequestOptions = {};
  const place = refText(kubeconfig);
  if ("file" in kubeconfig) await usable(place, () => load(config, resolvePath(kubeconfig.file, folder ?? "."), kubeconfig.context));
  else await loadCarried(config, await readSecret(kubeconfig, folder), kubeconfig.context, place);
  const server = serverIn(config, place);
  await usable(place, () => config.applyToHTTPSOptions(options));
  return { server, ca: pem(options.ca), certificate: pem(options.cert), key: pem(options.key), ...headerIn(options) };
}

/** The server that the text of a kubeconfig leads to, by its current context; an {@link UpstreamError} where a pass could not use it. */
export async function readEmbeddedServer(text: string, place: string): Promise<string> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  await loadCarried(config, text, undefined, place);
  return serverIn(config, place);
}

function serverIn(config: KubeConfig, place: string): string {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw unusable(place, `it has no cluster for the context ${config.getCurrentContext()}`);
  const problem = serverUrlError(cluster.server);
  const refused = [
    cluster.skipTLSVerify && "it skips the verification of the server's certificate: name the CA instead",
    cluster.tlsServerName && "it expects another name in the server's certificate, which is not supported",
    cluster.proxyUrl && "it asks for a proxy, which is not supported",
    config.getCurrentUser()?.impersonateUser && "it impersonates another user (`as`), which is not supported",
    problem && `its server is not usable: ${problem}`,
  ].find((why) => typeof why === "string" && why !== "");
  if (refused) throw unusable(place, refused);
  return cluster.server;
}

function load(config: KubeConfig, path: string, context: string | undefined): void {
  config.loadFromFile(path);
  if (context !== undefined) config.setCurrentContext(context);
}

// Read here first, for the library reads the files of all users while it parses.
async function loadCarried(config: KubeConfig, text: string, context: string | undefined, name: string): Promise<void> {
  const { parse } = (await import("yaml")).default;
  let document: unknown;
  await usable(name, () => {
    document = parse(text, { logLevel: "error" });
  });
  const carried = parseEmbeddedKubeconfig(document, context);
  if ("problem" in carried) throw unusable(name, carried.problem);
  await usable(name, () => config.loadFromString(JSON.stringify(carried.document)));
}

// The library's messages may repeat what the file holds.
async function usable(place: string, step: () => void | Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    throw unusable(place, code ?? "it cannot be read as a kubeconfig, or its login failed");
  }
}

function unusable(place: string, why: string): UpstreamError {
  return new UpstreamError("kubeconfig-unusable", `${place}: ${sanitize(why)}`);
}

function pem(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

// The library puts a token into a header, and a user name with its password into `auth`.
export function headerIn({ headers, auth }: RequestOptions): Pick<KubeconfigLogin, "authorization" | "token" | "secrets"> {
  if (typeof auth === "string") {
    const pair = Buffer.from(auth).toString("base64");
    return { authorization: `Basic ${pair}`, secrets: [auth.slice(auth.indexOf(":") + 1), pair] };
  }
  const authorization = new Map(Object.entries(headers ?? {})).get("Authorization");
  if (typeof authorization !== "string") return { secrets: [] };
  const token = authorization.replace(/^Bearer /, "");
  return { authorization, token, secrets: [token] };
}
