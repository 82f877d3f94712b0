// What of a kubeconfig is refused: what kubectl does not take either, what is not done here on purpose, and what a remote author may not ask.

import { proxyProblem } from "../names.ts";
import type { KubeCluster, KubeUser, Selected } from "./kubeconfig.ts";
import { serverUrlError } from "./url.ts";

type Refusal = readonly [isSo: unknown, why: string];

/** The server as a URL: like kubectl, without a scheme it speaks plain HTTP. */
export function serverOf({ server = "" }: KubeCluster): string {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(server) ? server : `http://${server}`;
}

/** Why a pass cannot use a context, with what to do; undefined where it can. `isRemote`: a file from elsewhere, whose author may not use this machine. */
export function contextProblem({ cluster, user }: Selected, isRemote: boolean): string | undefined {
  const server = serverOf(cluster);
  const url = serverUrlError(server);
  const refusals: readonly Refusal[] = [
    [url, `its server is not usable: ${url}`],
    ...(isRemote ? remoteRefusals(cluster, user) : []),
    ...clusterRefusals(cluster, /^https:/i.test(server)),
    // Like kubectl, nothing of a user is shown to a server without TLS.
    ...(/^https:/i.test(server) ? userRefusals(user) : []),
  ];
  return refusals.find(([isSo]) => isSo)?.[1];
}

function clusterRefusals(cluster: KubeCluster, isSecure: boolean): readonly Refusal[] {
  const { "proxy-url": proxy } = cluster;
  const problem = proxy === undefined ? undefined : proxyProblem(proxy);
  return [
    [problem, `proxy-url: ${problem}`],
    [
      cluster["insecure-skip-tls-verify"] && isSecure,
      "insecure-skip-tls-verify: it skips the verification of the server's certificate: name its CA instead, in certificate-authority-data",
    ],
    [cluster["certificate-authority"] && cluster["certificate-authority-data"], both("certificate-authority")],
  ];
}

// https://github.com/kubernetes/client-go/blob/v0.32.0/tools/clientcmd/client_config.go: where none is there, kubectl asks for a password.
const LOGINS = ["token", "tokenFile", "username", "client-certificate", "client-certificate-data", "auth-provider", "exec"] as const;
const IMPERSONATION = ["as", "as-uid"] as const;

function userRefusals(user: KubeUser): readonly Refusal[] {
  const certificate = user["client-certificate"] ?? user["client-certificate-data"];
  const hasBasic = user.username !== undefined || user.password !== undefined;
  const isImpersonating = IMPERSONATION.some((field) => user[field]) || user["as-groups"].length > 0 || user["as-user-extra"];
  return [
    [isImpersonating, "as: it impersonates another user, which is not supported: use a context that logs in as that user"],
    [user["client-certificate"] && user["client-certificate-data"], both("client-certificate")],
    [user["client-key"] && user["client-key-data"], both("client-key")],
    [certificate && !(user["client-key"] ?? user["client-key-data"]), "client-certificate: its client-key is missing"],
    [hasBasic && (user.token ?? user.tokenFile), "it has a token and a password: keep one of them"],
    [!LOGINS.some((field) => user[field]), "its user has no login: give it a token, a client certificate or an exec plugin"],
    ...providerRefusals(user),
    ...pluginRefusals(user),
  ];
}

function both(field: string): string {
  return `${field}: it stands there twice, as a file and as data: keep one of them`;
}

function providerRefusals({ "auth-provider": provider, exec }: KubeUser): readonly Refusal[] {
  if (!provider) return [];
  return [
    [exec, "auth-provider: an exec plugin stands beside it: keep one of them"],
    [
      provider.name !== "oidc",
      "auth-provider: kubectl has dropped these plugins, too: use the exec plugin of the provider, such as gke-gcloud-auth-plugin or kubelogin",
    ],
  ];
}

const GROUP = "client.authentication.k8s.io";

function pluginRefusals({ exec }: KubeUser): readonly Refusal[] {
  if (!exec) return [];
  const mode = exec.interactiveMode ?? (exec.apiVersion === `${GROUP}/v1beta1` ? "IfAvailable" : undefined);
  return [
    [exec.command === undefined, "exec: its command is missing"],
    [
      exec.apiVersion !== `${GROUP}/v1` && exec.apiVersion !== `${GROUP}/v1beta1`,
      `exec: its apiVersion is neither ${GROUP}/v1 nor ${GROUP}/v1beta1: update the plugin`,
    ],
    [exec.env.some(({ name }) => name === undefined), "exec: a variable of its env has no name"],
    [mode === undefined, "exec: its interactiveMode is missing: write IfAvailable or Never"],
    [
      mode === "Always",
      "exec: its interactiveMode is Always, and plugins have no terminal here: log in by the plugin, and write IfAvailable",
    ],
    [!/^(Always|IfAvailable|Never)$/.test(String(mode)), "exec: its interactiveMode is none: write IfAvailable or Never"],
  ];
}

const PROGRAMS = ["exec", "auth-provider"] as const;
const CLUSTER_FILES = ["certificate-authority"] as const;
const USER_FILES = ["tokenFile", "client-certificate", "client-key"] as const;
const NO_PROGRAMS = "a remote kubeconfig runs no program here: use a token or a client certificate";
const NO_FILES = "a remote kubeconfig reads no file here: embed the data itself";

function remoteRefusals(cluster: KubeCluster, user: KubeUser): readonly Refusal[] {
  return [
    ...PROGRAMS.map((field): Refusal => [user[field], `${field}: ${NO_PROGRAMS}`]),
    ...USER_FILES.map((field): Refusal => [user[field], `${field}: ${NO_FILES}`]),
    ...CLUSTER_FILES.map((field): Refusal => [cluster[field], `${field}: ${NO_FILES}`]),
    [cluster["proxy-url"], "proxy-url: a remote kubeconfig names no proxy: set HTTPS_PROXY where it is read"],
    [cluster["tls-server-name"], "tls-server-name: a remote kubeconfig expects no other name in the server's certificate"],
  ];
}
