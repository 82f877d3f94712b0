import * as z from "zod";
import { isForbidden, isLoopback } from "./address.ts";

const NO_SECRETS = "a reference is expected, {env: NAME} or {file: path}: a secret is never written here";
const SECRET_HEADER = /auth|cookie|secret|token|password|key/i;
const TRANSPORT_HEADER = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|proxy-.*)$/i;

/** Where a secret, or a certificate, is kept; `file` is relative to the fleet file. */
export const refSchema = z.union([z.strictObject({ env: z.string().min(1) }), z.strictObject({ file: z.string().min(1) })], {
  error: NO_SECRETS,
});

export const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "a DNS-1123 label: lower-case letters, digits and dashes, at most 63");

const url = z.string().check((context) => {
  for (const message of urlProblems(context.value)) context.issues.push({ code: "custom", message, input: context.value });
});

const secureUrl = url.refine((text) => !isPlain(text), "https: is needed here, http: only for loopback hosts");

const certificate = z.strictObject({ certificate: refSchema, key: refSchema });

const alertsAuth = z.union(
  [
    z.strictObject({ basic: z.strictObject({ username: z.string().min(1), password: refSchema }) }),
    z.strictObject({ bearer: refSchema }),
    certificate,
  ],
  { error: "one login is expected: {basic: {username, password}}, {bearer: …} or {certificate: …, key: …}" },
);

const headers = z
  .record(
    z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "not a header name"),
    z.union([z.string().regex(/^[\x20-\x7e]*$/, "one line of plain ASCII is expected"), refSchema], { error: "text, or a reference" }),
  )
  .check((context) => {
    for (const [name, value] of Object.entries(context.value)) {
      const message = headerProblem(name, value);
      if (message !== undefined) context.issues.push({ code: "custom", message, path: [name], input: context.value });
    }
  });

const labels = z.record(z.string(), z.string());

/** `none`: the owner of the source vouches that "no alert" means healthy there. */
const proof = z.enum(["auto", "none"]);

/** Reads the Alerts API through the API server's service proxy: no path into the cluster is needed. */
const serviceSource = z.strictObject({
  service: z.strictObject({ namespace: dnsLabel, name: dnsLabel, port: z.int().min(1).max(65535) }),
  labels: labels.optional(),
  proof: proof.optional(),
});

const urlSource = z
  .strictObject({
    url,
    auth: alertsAuth.optional(),
    headers: headers.optional(),
    ca: refSchema.optional(),
    labels: labels.optional(),
    proof: proof.optional(),
  })
  .refine((source) => !(isPlain(source.url) && hasCredentials(source)), {
    path: ["url"],
    message: "https: is needed where credentials are sent, http: only for loopback hosts",
  });

const alertsSource = z.union([serviceSource, urlSource], {
  error: "one source is expected: {service: {namespace, name, port}} or {url: …}",
});

/** One source, or several that watch the same cluster (an HA pair). */
export const alertsSchema = z.union([alertsSource, z.array(alertsSource).min(1)], {
  error: "one source is expected, {service: {namespace, name, port}} or {url: …}, or a list of sources",
});

const kubeconfig = z.strictObject({ kubeconfig: z.strictObject({ file: z.string().min(1), context: z.string().optional() }) });
const server = z.strictObject({
  server: secureUrl,
  ca: refSchema.optional(),
  auth: z
    .union([z.strictObject({ token: refSchema }), certificate], { error: "one login is expected: {token: …} or {certificate: …, key: …}" })
    .optional(),
});

export const kubernetesSchema = z.union([kubeconfig, server], {
  error: "one way in is expected: {kubeconfig: {file, context}} or {server, ca, auth}",
});

export type Ref = z.infer<typeof refSchema>;
export type AlertsSource = z.infer<typeof alertsSource>;
export type ServiceSource = z.infer<typeof serviceSource>;
export type UrlSource = z.infer<typeof urlSource>;
export type Kubernetes = z.infer<typeof kubernetesSchema>;
export type Server = z.infer<typeof server>;

/** What is wrong with an API server's URL that a kubeconfig names; undefined where it is fit to be contacted. */
export function serverProblem(text: unknown): string | undefined {
  return secureUrl.safeParse(text).error?.issues[0]?.message;
}

function* urlProblems(text: string): Generator<string> {
  const parsed = URL.parse(text);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return yield "an https: URL is expected";
  if (parsed.username !== "" || parsed.password !== "") yield "a URL carries no user name or password: use `auth`";
  if (/[?#]/.test(text)) yield "a URL carries no query and no fragment";
  if (isForbidden(parsed.hostname)) yield "link-local and metadata addresses are never contacted";
}

function isPlain(text: string): boolean {
  const parsed = URL.parse(text);
  return parsed?.protocol === "http:" && !isLoopback(parsed.hostname);
}

function hasCredentials({ auth, headers = {} }: { auth?: unknown; headers?: Record<string, unknown> }): boolean {
  return auth !== undefined || Object.values(headers).some((value) => typeof value !== "string");
}

function headerProblem(name: string, value: unknown): string | undefined {
  if (TRANSPORT_HEADER.test(name)) return "this header belongs to the transport";
  if (/^(proxy-)?authorization$/i.test(name)) return "use `auth` for the login";
  return SECRET_HEADER.test(name) && typeof value === "string" ? NO_SECRETS : undefined;
}
