// How a fleet file says where the alerts of a cluster are read, and with which login.

import * as z from "zod/mini";
import { dnsLabel, region, roleArn } from "../names.ts";
import { matching } from "../pattern.ts";
import { isPlain } from "./address.ts";
import { certificateRefs, NO_SECRETS, refSchema, text } from "./ref.ts";
import { url } from "./url.ts";

const SECRET_HEADER = /auth|cookie|secret|token|password|key/i;
const TRANSPORT_HEADER = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|proxy-.*)$/i;

const signature = z.strictObject({
  region,
  service: z._default(matching(/^[a-z0-9-]+$/, "the signing name of the service is expected, such as aps"), "aps"),
  roleArn: z.optional(roleArn),
});

const alertsAuth = z.union(
  [
    z.strictObject({ basic: z.strictObject({ username: text, password: refSchema }) }),
    z.strictObject({ bearer: refSchema }),
    z.strictObject({ sigv4: signature }),
    certificateRefs,
  ],
  { error: "one login is expected: {basic: {username, password}}, {bearer: …}, {sigv4: {region}} or {certificate: …, key: …}" },
);

const headerName = matching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "not a header name");
const headers = z
  .record(
    headerName,
    z.union([matching(/^[\x20-\x7e]*$/, "one line of plain ASCII is expected"), refSchema], { error: "text, or a reference" }),
  )
  .check((context) => {
    for (const [name, value] of Object.entries(context.value)) {
      const message = headerProblem(name, value);
      if (message !== undefined) context.issues.push({ code: "custom", message, path: [name], input: context.value });
    }
  });

const labels = z.record(z.string(), z.string());

/** `none`: the owner of the source vouches that there "no alert" means healthy. */
const proof = z.enum(["auto", "none"]);

// Below the proxy of one service: no segment leads out of it again.
const SERVICE_PATH = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+$/;

const serviceHeaders = z
  .record(headerName, matching(/^[\x20-\x7e]*$/, "one line of plain ASCII is expected"))
  .check(({ value, issues }) => {
    for (const name of Object.keys(value)) {
      const message = serviceHeaderProblem(name);
      if (message !== undefined) issues.push({ code: "custom", message, path: [name], input: value });
    }
  });

const service = z.strictObject({
  namespace: dnsLabel,
  name: dnsLabel,
  port: z.int().check(z.minimum(1), z.maximum(65535)),
  /** How the API server speaks to the service, whose certificate it does not verify; `http` where it is left out. */
  scheme: z.optional(z.enum(["http", "https"])),
  path: z.optional(matching(SERVICE_PATH, "a path such as /prometheus is expected, without a slash at its end")),
  headers: z.optional(serviceHeaders),
});
const httpEndpoint = { url, auth: z.optional(alertsAuth), headers: z.optional(headers), ca: z.optional(refSchema) };
const INSECURE = { path: ["url"], message: "https: is needed where credentials are sent, http: only for loopback hosts" };

/** The Alertmanager that tells which alerts are silenced. Where it serves several clusters, only alerts with `labels` are this cluster's. */
export const alertmanagerSchema = z.union(
  [
    z.strictObject({ service, labels: z.optional(labels) }),
    z.strictObject({ ...httpEndpoint, labels: z.optional(labels) }).check(z.refine(isSecure, INSECURE)),
  ],
  { error: "one Alertmanager is expected: {service: {namespace, name, port}} or {url: …}" },
);

const sourceOptions = { labels: z.optional(labels), proof: z.optional(proof), alertmanager: z.optional(alertmanagerSchema) };

/** A Service that is read through the API server's service proxy, so that the cluster needs no inbound path. */
const serviceSource = z.strictObject({ service, ...sourceOptions });

const urlSource = z.strictObject({ ...httpEndpoint, ...sourceOptions }).check(z.refine(isSecure, INSECURE));

const alertsSource = z.union([serviceSource, urlSource], {
  error: "one source is expected: {service: {namespace, name, port}} or {url: …}",
});

/** One source, or several that watch the same cluster (an HA pair). */
export const alertsSchema = z.union([alertsSource, z.array(alertsSource).check(z.minLength(1))], {
  error: "one source is expected, {service: {namespace, name, port}} or {url: …}, or a list of sources",
});

export type AlertsSource = z.infer<typeof alertsSource>;
export type ServiceSource = z.infer<typeof serviceSource>;
export type UrlSource = z.infer<typeof urlSource>;
export type AlertmanagerSource = z.infer<typeof alertmanagerSchema>;
export type Signature = z.infer<typeof signature>;

function isSecure(source: { url: string; auth?: unknown; headers?: Record<string, unknown> }): boolean {
  return !(isPlain(source.url) && hasCredentials(source));
}

function hasCredentials({ auth, headers = {} }: { auth?: unknown; headers?: Record<string, unknown> }): boolean {
  return auth !== undefined || Object.values(headers).some((value) => typeof value !== "string");
}

/** How the API server calls a service in the path of its proxy and in permissions: `https:name:port`. */
export function proxiedName({ scheme, name, port }: ServiceSource["service"]): string {
  return `${scheme === "https" ? "https:" : ""}${name}:${port}`;
}

// The API server reads these headers too: none may name another user, and what it takes for a login it does not pass on.
function serviceHeaderProblem(name: string): string | undefined {
  if (TRANSPORT_HEADER.test(name)) return "this header belongs to the transport";
  if (/^(impersonate-|x-remote-)/i.test(name)) return "this header belongs to the API server";
  return SECRET_HEADER.test(name) ? "no credentials go through the service proxy: read the source by `url`" : undefined;
}

function headerProblem(name: string, value: unknown): string | undefined {
  if (TRANSPORT_HEADER.test(name)) return "this header belongs to the transport";
  if (/^(proxy-)?authorization$/i.test(name)) return "use `auth` for the login";
  return SECRET_HEADER.test(name) && typeof value === "string" ? NO_SECRETS : undefined;
}
