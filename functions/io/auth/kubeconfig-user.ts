// A user of a kubeconfig becomes a login, in the order of kubectl: files are read, and plugins run.

import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { KubeCluster, KubeUser } from "../../core/access/kubeconfig.ts";
import { serverOf } from "../../core/access/kubeconfig-limits.ts";
import { runPlugin } from "./exec-plugin.ts";
import { expiryOf } from "./expiry.ts";
import { unusable } from "./kubeconfig-files.ts";

/** What is shown to a server: PEM, and the value of a header. */
export type KubeconfigUser = {
  readonly certificate?: string;
  readonly key?: string;
  readonly authorization?: string;
  readonly token?: string;
  readonly secrets: readonly string[];
  readonly expiresAtMs?: number;
};

/** Where a context comes from: how messages name that, what plugins are run with (without it, none is), and the time. */
export type KubeconfigPlace = { readonly place: string; readonly environment?: NodeJS.ProcessEnv; readonly nowMs: number };

/** What a user of a kubeconfig shows to its cluster; an {@link UpstreamError} `kubeconfig-unusable` where that is not to be had. */
export async function loginOfUser(user: KubeUser, cluster: KubeCluster, settings: KubeconfigPlace): Promise<KubeconfigUser> {
  const { place, nowMs } = settings;
  const certificate = await pemOf(user, "client-certificate", place);
  const shown = certificate === undefined ? {} : pairOf(certificate, await pemOf(user, "client-key", place), place);
  const token = await tokenOf(user, place);
  if (token !== undefined) return { ...shown, ...bearer(token, place) };
  if (user.username !== undefined || user.password !== undefined) return { ...shown, ...basic(user) };
  const provider = user["auth-provider"];
  if (provider) return { ...shown, ...bearer(idTokenOf(provider.config ?? {}, place, nowMs), place) };
  if (certificate !== undefined) return { ...shown, secrets: [] };
  return user.exec ? loginOfPlugin(user.exec, cluster, settings) : { secrets: [] };
}

// https://github.com/kubernetes/client-go/blob/v0.32.0/transport/token_source.go: the file counts before the text, where it can be read.
async function tokenOf({ token, tokenFile }: KubeUser, place: string): Promise<string | undefined> {
  if (tokenFile === undefined) return token;
  try {
    const text = (await readFile(tokenFile, "utf8")).trim();
    if (text !== "") return text;
  } catch (error) {
    if (token === undefined) throw unreadable(place, "tokenFile", error);
  }
  if (token === undefined) throw unusable(place, "tokenFile: the file is empty");
  return token;
}

function idTokenOf(config: Readonly<Record<string, string | null>>, place: string, nowMs: number): string {
  const token = config["id-token"] ?? undefined;
  const isOver = token === undefined || (expiryOf({ token }) ?? 0) <= nowMs;
  if (!isOver) return token;
  throw unusable(
    place,
    "auth-provider: its id-token is missing or over, and is not renewed here: run kubectl once, or use the exec plugin kubelogin",
  );
}

async function loginOfPlugin(
  exec: NonNullable<KubeUser["exec"]>,
  cluster: KubeCluster,
  settings: KubeconfigPlace,
): Promise<KubeconfigUser> {
  const { place, environment, nowMs } = settings;
  if (environment === undefined) throw unusable(place, "exec: a plugin is run in the terminal only: use a token or a client certificate");
  const answer = await runPlugin(exec, exec.provideClusterInfo ? await clusterInfo(cluster, place) : {}, environment);
  if ("problem" in answer) throw unusable(place, answer.problem);
  const { token, certificate, key, expiresAtMs } = answer;
  const shown = certificate === undefined ? {} : pairOf(certificate, key, place);
  const sent = token === undefined ? { secrets: [] } : bearer(token, place);
  // One that is over already is shown all the same, as by kubectl.
  return { ...shown, ...sent, ...(expiresAtMs !== undefined && expiresAtMs > nowMs && { expiresAtMs }) };
}

// https://kubernetes.io/docs/reference/config-api/client-authentication.v1/#client-authentication-k8s-io-v1-Cluster
async function clusterInfo(cluster: KubeCluster, place: string): Promise<object> {
  const ca = await pemOf(cluster, "certificate-authority", place);
  const config = cluster.extensions?.find(({ name }) => name === "client.authentication.k8s.io/exec")?.extension;
  return {
    server: serverOf(cluster),
    "tls-server-name": cluster["tls-server-name"],
    "certificate-authority-data": ca && Buffer.from(ca).toString("base64"),
    "proxy-url": cluster["proxy-url"],
    ...(cluster["disable-compression"] && { "disable-compression": true }),
    config,
  };
}

function bearer(token: string, place: string): KubeconfigUser {
  if (!/^[\x20-\x7e]+$/.test(token)) throw unusable(place, "its token is not one line of printable ASCII, and cannot be sent");
  return { authorization: `Bearer ${token}`, token, secrets: [token] };
}

function basic({ username = "", password = "" }: KubeUser): KubeconfigUser {
  const pair = Buffer.from(`${username}:${password}`).toString("base64");
  return { authorization: `Basic ${pair}`, secrets: [pair, password] };
}

function pairOf(certificate: string, key: string | undefined, place: string): Pick<KubeconfigUser, "certificate" | "key"> {
  try {
    createSecureContext({ cert: certificate, key });
    return { certificate, key };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? `: ${error.code}` : "";
    throw unusable(place, `its client certificate and key do not fit together, or are no PEM${code}`);
  }
}

type Pem = "certificate-authority" | "client-certificate" | "client-key";
type WithPem = { readonly [field in Pem | `${Pem}-data`]?: string };

/** A PEM that stands in a kubeconfig, or in a file that it names. */
export async function pemOf(holder: WithPem, field: Pem, place: string): Promise<string | undefined> {
  const [data, path] = [holder[`${field}-data`], holder[field]];
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  return path === undefined ? undefined : readFile(path, "utf8").catch((error: unknown) => Promise.reject(unreadable(place, field, error)));
}

function unreadable(place: string, field: string, error: unknown): Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  return code === undefined
    ? new Error("a file was not read", { cause: error })
    : unusable(place, `${field}: the file cannot be read: ${code}`);
}
