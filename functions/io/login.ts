import { UpstreamError } from "../core/errors.ts";
import type { Kubernetes, Ref, Server, UrlSource } from "../core/source.ts";
import type { Endpoint } from "./connections.ts";
import { readKubeconfig } from "./kubeconfig.ts";
import { readSecret } from "./secret.ts";

type Login = Pick<Endpoint, "certificate" | "key" | "secrets"> & { readonly authorization?: string };

/** The API server of a fleet entry with its login; an {@link UpstreamError} where a reference cannot be read. */
export async function kubernetesEndpoint(kubernetes: Kubernetes, folder: string): Promise<Endpoint> {
  if (!("kubeconfig" in kubernetes)) return serverEndpoint(kubernetes, folder);
  const { server, ca, certificate, key, authorization } = await readKubeconfig(
    kubernetes.kubeconfig.file,
    kubernetes.kubeconfig.context,
    folder,
  );
  const secrets = [authorization?.replace(/^\S+ /, "")].filter((secret) => secret !== undefined);
  return toEndpoint(server, {}, ca, { certificate, key, authorization, secrets });
}

async function serverEndpoint({ server, ca, auth }: Server, folder: string): Promise<Endpoint> {
  return toEndpoint(server, {}, await optional(ca, folder), auth === undefined ? NO_LOGIN : await readLogin(auth, folder));
}

/** A Prometheus that is reached by its own URL, with its login. */
export async function alertsEndpoint({ url, ca, auth, headers = {} }: UrlSource, folder: string): Promise<Endpoint> {
  const values = await Promise.all(
    Object.entries(headers).map(async ([name, value]) => ({
      name,
      text: typeof value === "string" ? value : oneLine(await readSecret(value, folder)),
      value,
    })),
  );
  const login = auth === undefined ? NO_LOGIN : await readLogin(auth, folder);
  const secrets = [...login.secrets, ...values.filter(({ value }) => typeof value !== "string").map(({ text }) => text)];
  const sent = Object.fromEntries(values.map(({ name, text }) => [name.toLowerCase(), text]));
  return toEndpoint(url, sent, await optional(ca, folder), { ...login, secrets });
}

const NO_LOGIN: Login = { secrets: [] };

function toEndpoint(url: string, headers: Readonly<Record<string, string>>, ca: string | undefined, login: Login): Endpoint {
  const { origin, pathname } = new URL(url);
  const { certificate, key, secrets, authorization } = login;
  const sent = { accept: "application/json", ...headers, ...(authorization === undefined ? {} : { authorization }) };
  return { origin, basePath: pathname.replace(/\/+$/, ""), headers: sent, ca, certificate, key, secrets };
}

type Auth = NonNullable<Server["auth"]> | NonNullable<UrlSource["auth"]>;

async function readLogin(auth: Auth, folder: string): Promise<Login> {
  if ("certificate" in auth)
    return { certificate: await readSecret(auth.certificate, folder), key: await readSecret(auth.key, folder), secrets: [] };
  if ("basic" in auth) {
    const password = await readSecret(auth.basic.password, folder);
    const pair = Buffer.from(`${auth.basic.username}:${password}`).toString("base64");
    return { authorization: `Basic ${pair}`, secrets: [password, pair] };
  }
  const token = oneLine(await readSecret("token" in auth ? auth.token : auth.bearer, folder));
  return { authorization: `Bearer ${token}`, secrets: [token] };
}

async function optional(ref: Ref | undefined, folder: string): Promise<string | undefined> {
  return ref === undefined ? undefined : readSecret(ref, folder);
}

function oneLine(secret: string): string {
  if (/^[\x20-\x7e]+$/.test(secret)) return secret;
  throw new UpstreamError(
    "secret-unreadable",
    "a token or header value is one line of plain ASCII, and what the reference points at is not",
  );
}
