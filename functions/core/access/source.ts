import * as z from "zod/mini";
import { ConfigError } from "../errors.ts";
import { isPlain, urlProblems } from "./address.ts";

const NO_SECRETS =
  "a reference is expected, {env: NAME}, {file: path}, {ssm: /name} or {secret: name, key: …}: a secret is never written here";
const SECRET_HEADER = /auth|cookie|secret|token|password|key/i;
const TRANSPORT_HEADER = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|proxy-.*)$/i;

const text = z.string().check(z.minLength(1));
const parameter = matching(/^[\w./:-]{1,2048}$/, "the name of a parameter of the Systems Manager is expected");
const secret = matching(/^[\w/+=.@:-]{1,2048}$/, "the name or the ARN of a secret of the Secrets Manager is expected");

const ssmRef = z.strictObject({ ssm: parameter });
const secretRef = z.strictObject({ secret, key: z.optional(text) });

/** Where a secret, or a certificate, is kept; `file` is relative to the fleet file, `key` a field of a secret that is a JSON object. */
export const refSchema = z.union([z.strictObject({ env: text }), z.strictObject({ file: text }), ssmRef, secretRef], { error: NO_SECRETS });

/** A reference in one word, as parameters and flags have it; a {@link ConfigError} does not repeat it, for it may be the secret itself. */
export function parseRef(word: string): Ref {
  const [, scheme = "", place = ""] = /^(env|file|ssm|secret):(.+)$/s.exec(word) ?? [];
  const [, name = place, key] = scheme === "secret" ? (/^([^#]*)#(.*)$/s.exec(place) ?? []) : [];
  const { data } = refSchema.safeParse({ [scheme]: name, ...(key !== undefined && { key }) });
  if (data !== undefined) return data;
  throw new ConfigError("a reference is expected: env:NAME, file:path, ssm:/name or secret:name#key");
}

export const dnsLabel = matching(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "a DNS-1123 label: lower-case letters, digits and dashes, at most 63",
);

const url = z.string().check((context) => {
  for (const message of urlProblems(context.value)) context.issues.push({ code: "custom", message, input: context.value });
});

const secureUrl = url.check(z.refine((text) => !isPlain(text), "https: is needed here, http: only for loopback hosts"));

const certificate = z.strictObject({ certificate: refSchema, key: refSchema });

// It becomes a part of host names.
export const region = matching(/^[a-z]+(-[a-z]+)+-\d{1,2}$/, "an AWS region is expected, such as eu-central-1");
const roleArn = matching(
  /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
  "the ARN of an IAM role is expected, arn:aws:iam::<account>:role/<name>",
);

const signature = z.strictObject({
  region,
  service: z._default(matching(/^[a-z0-9-]+$/, "the name that the service signs by is expected, such as aps"), "aps"),
  roleArn: z.optional(roleArn),
});

const alertsAuth = z.union(
  [
    z.strictObject({ basic: z.strictObject({ username: text, password: refSchema }) }),
    z.strictObject({ bearer: refSchema }),
    z.strictObject({ sigv4: signature }),
    certificate,
  ],
  { error: "one login is expected: {basic: {username, password}}, {bearer: …}, {sigv4: {region}} or {certificate: …, key: …}" },
);

const headers = z
  .record(
    matching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "not a header name"),
    z.union([matching(/^[\x20-\x7e]*$/, "one line of plain ASCII is expected"), refSchema], { error: "text, or a reference" }),
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

const service = z.strictObject({ namespace: dnsLabel, name: dnsLabel, port: z.int().check(z.minimum(1), z.maximum(65535)) });
const overHttp = { url, auth: z.optional(alertsAuth), headers: z.optional(headers), ca: z.optional(refSchema) };
const INSECURE = { path: ["url"], message: "https: is needed where credentials are sent, http: only for loopback hosts" };

/** Says which alerts are silenced, through the service proxy or by its own URL; of those that carry `labels`, where it serves several clusters. */
export const alertmanagerSchema = z.union(
  [
    z.strictObject({ service, labels: z.optional(labels) }),
    z.strictObject({ ...overHttp, labels: z.optional(labels) }).check(z.refine(isSecure, INSECURE)),
  ],
  { error: "one Alertmanager is expected: {service: {namespace, name, port}} or {url: …}" },
);

const more = { labels: z.optional(labels), proof: z.optional(proof), alertmanager: z.optional(alertmanagerSchema) };

/** Reads the Alerts API through the API server's service proxy: no path into the cluster is needed. */
const serviceSource = z.strictObject({ service, ...more });

const urlSource = z.strictObject({ ...overHttp, ...more }).check(z.refine(isSecure, INSECURE));

const alertsSource = z.union([serviceSource, urlSource], {
  error: "one source is expected: {service: {namespace, name, port}} or {url: …}",
});

/** One source, or several that watch the same cluster (an HA pair). */
export const alertsSchema = z.union([alertsSource, z.array(alertsSource).check(z.minLength(1))], {
  error: "one source is expected, {service: {namespace, name, port}} or {url: …}, or a list of sources",
});

const context = { context: z.optional(text) };
const kubeconfig = z.strictObject({
  kubeconfig: z.union([z.strictObject({ file: text, ...context }), z.extend(ssmRef, context), z.extend(secretRef, context)], {
    error: "the place of a kubeconfig is expected: {file, context}, {ssm, context} or {secret, key, context}",
  }),
});

const NO_CA = "a reference is expected, or the base64 text of certificateAuthority.data";
// What begins with -----BEGIN CERTIFICATE-----.
const CERTIFICATE_DATA = /^LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t[A-Za-z0-9+/]+=*$/;

const eks = z.strictObject({
  eks: z.strictObject({
    name: matching(/^[A-Za-z0-9][\w-]{0,99}$/, "the name of an EKS cluster is expected"),
    region,
    roleArn: z.optional(roleArn),
    server: z.optional(secureUrl),
    ca: z.optional(z.union([refSchema, matching(CERTIFICATE_DATA, NO_CA)], { error: NO_CA })),
  }),
});

const server = z.strictObject({
  server: secureUrl,
  ca: z.optional(refSchema),
  auth: z.optional(
    z.union(
      [
        z.strictObject({ token: refSchema }),
        z.strictObject({ webIdentity: z.strictObject({ audience: text, region: z.optional(region) }) }),
        certificate,
      ],
      { error: "one login is expected: {token: …}, {webIdentity: {audience}} or {certificate: …, key: …}" },
    ),
  ),
});

export const kubernetesSchema = z.union([kubeconfig, eks, server], {
  error: "one way in is expected: {kubeconfig: {file, context}}, {eks: {name, region}} or {server, ca, auth}",
});

export type Ref = z.infer<typeof refSchema>;
export type AlertsSource = z.infer<typeof alertsSource>;
export type ServiceSource = z.infer<typeof serviceSource>;
export type UrlSource = z.infer<typeof urlSource>;
export type AlertmanagerSource = z.infer<typeof alertmanagerSchema>;
export type Kubernetes = z.infer<typeof kubernetesSchema>;
export type Server = z.infer<typeof server>;
export type Eks = z.infer<typeof eks>["eks"];
export type Kubeconfig = z.infer<typeof kubeconfig>["kubeconfig"];
export type Signature = z.infer<typeof signature>;

/** What is wrong with an API server's URL that a kubeconfig names; undefined where it is fit to be contacted. */
export function serverProblem(text: unknown): string | undefined {
  return secureUrl.safeParse(text).error?.issues[0]?.message;
}

function matching(pattern: RegExp, message: string) {
  return z.string().check(z.regex(pattern, message));
}

function isSecure(source: { url: string; auth?: unknown; headers?: Record<string, unknown> }): boolean {
  return !(isPlain(source.url) && hasCredentials(source));
}

function hasCredentials({ auth, headers = {} }: { auth?: unknown; headers?: Record<string, unknown> }): boolean {
  return auth !== undefined || Object.values(headers).some((value) => typeof value !== "string");
}

function headerProblem(name: string, value: unknown): string | undefined {
  if (TRANSPORT_HEADER.test(name)) return "this header belongs to the transport";
  if (/^(proxy-)?authorization$/i.test(name)) return "use `auth` for the login";
  return SECRET_HEADER.test(name) && typeof value === "string" ? NO_SECRETS : undefined;
}
