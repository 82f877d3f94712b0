// References of the fleet file become a server with a login, as requests need it.

import type { UrlSource } from "../../core/access/alerts.ts";
import { audienceOf } from "../../core/access/audience.ts";
import type { Eks, KubeconfigRef, Server } from "../../core/access/kubernetes.ts";
import { type Proxies, proxyFor } from "../../core/access/proxy.ts";
import type { Ref } from "../../core/access/ref.ts";
import { UpstreamError } from "../../core/errors.ts";
import type { ClusterEntry } from "../../core/fleet/fleet.ts";
import type { Clock } from "../../core/time.ts";
import { type Endpoint, toEndpoint } from "../http/connections.ts";
import type { KubeconfigLogin } from "./kubeconfig.ts";
import { type Held, type Reader, readCredential, readHeaderValue } from "./pinned-secret.ts";
import { readSecret } from "./secret.ts";

/** What logins are made with. */
export type LoginSettings = {
  /** The folder that `file:` references are relative to; a fleet from elsewhere has none. */
  readonly folder: string | undefined;
  /** Of the deployment: a part of the external id that roles are assumed with. */
  readonly stage?: string;
  /** Whether credentials may be minted from the identity of this process. */
  readonly mayUseIdentity: boolean;
  readonly clock: Clock;
  /** What the exec plugin of a kubeconfig is run with: the terminal's. Without it, none is run. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Through what servers are reached. */
  readonly proxies?: Proxies;
};

/** A server as one login sees it; where the login was minted, it is good until `expiresAtMs`. */
export type LoggedIn = { readonly endpoint: Endpoint; readonly expiresAtMs?: number };

// What is shown to a server, and what comes with it.
type Credential = Pick<Endpoint, "certificate" | "key" | "proxy" | "secrets" | "serverName" | "signer" | "token"> & {
  readonly authorization?: string;
  readonly ca?: string;
  readonly expiresAtMs?: number;
};

const NO_CREDENTIAL: Credential = { secrets: [] };

/** The API server of a cluster with its login; an {@link UpstreamError} where there is none to be had. `refused` was not accepted any more. */
export async function clusterEndpoint(
  { name, kubernetes }: Pick<ClusterEntry, "name" | "kubernetes">,
  settings: LoginSettings,
  refused?: Endpoint,
): Promise<LoggedIn> {
  if ("eks" in kubernetes) return eksEndpoint(kubernetes.eks, name, settings);
  if ("kubeconfig" in kubernetes) return kubeconfigEndpoint(await readContext(kubernetes.kubeconfig, settings), settings);
  const credential = await serverCredential(kubernetes, settings, refused);
  return loggedInAt(kubernetes.server, {}, await caOf(kubernetes, credential, settings), credential, settings);
}

/** A Prometheus that is reached by its own URL, with its login. */
export async function sourceEndpoint(source: UrlSource, settings: LoginSettings): Promise<LoggedIn> {
  const reader = { origin: new URL(source.url).origin, folder: settings.folder };
  const sent = await Promise.all(Object.entries(source.headers ?? {}).map(([name, value]) => readHeader(name, value, reader)));
  const credential = await sourceCredential(source, reader, settings);
  const secrets = [...credential.secrets, ...sent.flatMap(({ secret }) => secret ?? [])];
  const headers = Object.fromEntries(sent.map(({ name, text }) => [name, text]));
  return loggedInAt(source.url, headers, await caOf(source, credential, settings), { ...credential, secrets }, settings);
}

async function eksEndpoint({ ca, ...eks }: Eks, cluster: string, settings: LoginSettings): Promise<LoggedIn> {
  requireIdentity(settings, `a token of EKS for ${eks.name} in ${eks.region}`);
  const { folder, stage, clock } = settings;
  const { eksLogin } = await import("./eks-token.ts");
  const given = typeof ca === "string" ? Buffer.from(ca, "base64").toString("utf8") : ca && (await readSecret(ca, folder));
  const externalId = stage && `alertstatus:${stage}:${cluster}`;
  const login = await eksLogin({ ...eks, ca: given, externalId, sessionOf: cluster, nowMs: clock.nowMs() });
  return loggedInAt(login.server, {}, login.ca, { ...bearer({ text: login.token }), expiresAtMs: login.expiresAtMs }, settings);
}

// Few fleets have one: what reads it is loaded by them.
async function readContext(kubeconfig: KubeconfigRef, { folder, environment, clock }: LoginSettings): Promise<KubeconfigLogin> {
  const { readKubeconfig } = await import("./kubeconfig.ts");
  return readKubeconfig(kubeconfig, folder, { environment, nowMs: clock.nowMs() });
}

/** The API server that a context of a kubeconfig leads to. */
export function kubeconfigEndpoint(
  { server, ca, ...credential }: KubeconfigLogin,
  settings: Pick<LoginSettings, "folder" | "proxies">,
): LoggedIn {
  return loggedInAt(server, {}, ca, credential, settings);
}

async function serverCredential({ server, auth }: Server, settings: LoginSettings, refused: Endpoint | undefined): Promise<Credential> {
  const reader = { origin: new URL(server).origin, folder: settings.folder };
  if (auth === undefined) return NO_CREDENTIAL;
  if ("token" in auth) return bearer(await readHeaderValue(auth.token, "token", reader));
  if ("certificate" in auth) return certified(auth, reader);
  requireIdentity(settings, `a web identity token for ${server}`);
  const audience = auth.webIdentity.audience ?? ownAudience(settings.stage, reader.origin);
  const { webIdentityToken } = await import("./web-identity.ts");
  const asked = { ...auth.webIdentity, audience, nowMs: settings.clock.nowMs(), refused: refused?.token };
  const { token, expiresAtMs } = await webIdentityToken(asked);
  return { ...bearer({ text: token }), expiresAtMs };
}

function ownAudience(stage: string | undefined, origin: string): string {
  if (stage !== undefined) return audienceOf(stage, origin);
  throw new UpstreamError("secret-unreadable", `the audience for ${origin} names a stage, and none is known: set STAGE`);
}

function requireIdentity({ mayUseIdentity }: LoginSettings, what: string): void {
  if (mayUseIdentity) return;
  throw new UpstreamError(
    "identity-withheld",
    `${what} carries the identity of this process, which a fleet from s3: or ssm: may not use here`,
  );
}

async function sourceCredential({ auth, url }: UrlSource, reader: Reader, settings: LoginSettings): Promise<Credential> {
  if (auth === undefined) return NO_CREDENTIAL;
  if ("bearer" in auth) return bearer(await readHeaderValue(auth.bearer, "token", reader));
  if ("certificate" in auth) return certified(auth, reader);
  if ("sigv4" in auth) {
    requireIdentity(settings, `a signature for ${url}`);
    const { stage, clock } = settings;
    const { signerFor } = await import("../aws/sigv4.ts");
    return { ...NO_CREDENTIAL, signer: signerFor(auth.sigv4, { externalId: stage && `alertstatus:${stage}`, clock }) };
  }
  const { text: password, ca } = await readHeaderValue(auth.basic.password, "password", reader);
  const pair = Buffer.from(`${auth.basic.username}:${password}`).toString("base64");
  return { authorization: `Basic ${pair}`, secrets: [password, pair], ca };
}

function bearer({ text, ca }: Pick<Held, "text" | "ca">): Credential {
  return { authorization: `Bearer ${text}`, token: text, secrets: [text], ca };
}

async function certified({ certificate, key }: { readonly certificate: Ref; readonly key: Ref }, reader: Reader): Promise<Credential> {
  const [shown, kept] = await Promise.all([readCredential(certificate, "certificate", reader), readCredential(key, "key", reader)]);
  return { certificate: shown.text, key: kept.text, secrets: [], ca: shown.ca ?? kept.ca };
}

// What the fleet file names counts before what is kept beside the secret.
async function caOf({ ca }: { readonly ca?: Ref }, credential: Credential, { folder }: LoginSettings): Promise<string | undefined> {
  return ca === undefined ? credential.ca : readSecret(ca, folder);
}

async function readHeader(name: string, value: string | Ref, reader: Reader): Promise<{ name: string; text: string; secret?: string }> {
  if (typeof value === "string") return { name: name.toLowerCase(), text: value };
  const { text } = await readHeaderValue(value, "token", reader);
  return { name: name.toLowerCase(), text, secret: text };
}

function loggedInAt(
  url: string,
  headers: Readonly<Record<string, string>>,
  ca: string | undefined,
  credential: Credential,
  { folder, proxies = {} }: Pick<LoginSettings, "folder" | "proxies">,
): LoggedIn {
  const { origin, pathname } = new URL(url);
  const { certificate, key, serverName, secrets, signer, token, authorization, expiresAtMs } = credential;
  const sent = { accept: "application/json", ...headers, ...(authorization === undefined ? {} : { authorization }) };
  const basePath = pathname.replace(/\/+$/, "");
  const proxy = credential.proxy ?? proxyFor(origin, proxies);
  const way = { proxy, serverName, isRemote: folder === undefined };
  return { endpoint: toEndpoint({ origin, basePath, headers: sent, token, ca, certificate, key, secrets, signer, ...way }), expiresAtMs };
}
