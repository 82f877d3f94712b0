// What a fleet may name, by where it comes from and what the deployment says: its author is not always who runs alertstatus.

import type { Problem } from "../validation.ts";
import { hostOf, leadsToLoopback } from "./address.ts";
import type { AlertmanagerSource, AlertsSource, Signature } from "./alerts.ts";
import { audienceProblem, audienceUse } from "./audience.ts";
import { isSignedHost, signedHost } from "./aws-hosts.ts";
import type { Kubernetes } from "./kubernetes.ts";
import { type RefRules, refErrors } from "./ref-rules.ts";

/** What limits a fleet. */
export type FleetRules = RefRules & {
  readonly stage?: string;
  /** Audiences beside those that name stage and server; undefined where the deployment is not known. */
  readonly audiences?: readonly string[];
  /** Kinds of Kubernetes itself that profiles may name all the same, such as `deployments.apps`. */
  readonly coreKinds?: readonly string[];
};

type Access = { readonly kubernetes?: Kubernetes; readonly alerts?: AlertsSource | readonly AlertsSource[] };
type Path = readonly PropertyKey[];
type NamedServer = { readonly path: Path; readonly url: string; readonly signature?: Signature };

const NO_LOOPBACK = "a fleet from s3: or ssm: names no server on the machine that reads it";

/** The rules that an access to a cluster and its alerts breaks; `place` is where the access stands in the fleet. */
export function accessErrors(access: Access, rules: FleetRules, place: (path: Path) => Path): readonly Problem[] {
  const broken = [...audienceErrors(access, rules), ...(rules.isRemote ? serversOf(access).flatMap(serverErrors) : [])];
  return [...refErrors(access, rules), ...broken].map((problem) => ({ ...problem, path: place(problem.path) }));
}

function audienceErrors({ kubernetes }: Access, rules: FleetRules): readonly Problem[] {
  const { audience, origin = "" } = audienceUse(kubernetes) ?? {};
  const message = audience && audienceProblem(audience, origin, rules);
  return message ? [{ path: ["kubernetes", "auth", "webIdentity", "audience"], message }] : [];
}

function serverErrors({ path, url, signature }: NamedServer): readonly Problem[] {
  const host = hostOf(url);
  if (leadsToLoopback(host)) return [{ path, message: NO_LOOPBACK }];
  return signature === undefined || isSignedHost(host, signature) ? [] : [{ path, message: notSigned(signature) }];
}

function notSigned(signature: Signature): string {
  const host = signedHost(signature);
  return `requests are signed for AWS alone: for ${signature.service} in ${signature.region}, the host is ${host.startsWith(".") ? `*${host}` : host}`;
}

function serversOf({ kubernetes, alerts = [] }: Access): readonly NamedServer[] {
  const sources = "at" in alerts ? alerts.map((part, index) => ({ path: ["alerts", index], part })) : [{ path: ["alerts"], part: alerts }];
  return [...apiServers(kubernetes), ...sources.flatMap(({ path, part }) => sourceServers(part, path))];
}

function apiServers(kubernetes: Kubernetes | undefined): readonly NamedServer[] {
  if (kubernetes === undefined || "kubeconfig" in kubernetes) return [];
  if ("server" in kubernetes) return [{ path: ["kubernetes", "server"], url: kubernetes.server }];
  const { server } = kubernetes.eks;
  return server === undefined ? [] : [{ path: ["kubernetes", "eks", "server"], url: server }];
}

function sourceServers(source: AlertsSource | AlertmanagerSource, path: Path): readonly NamedServer[] {
  const alertmanager = "alertmanager" in source ? source.alertmanager : undefined;
  const behind = alertmanager === undefined ? [] : sourceServers(alertmanager, [...path, "alertmanager"]);
  if (!("url" in source)) return behind;
  const signature = source.auth && "sigv4" in source.auth ? source.auth.sigv4 : undefined;
  return [{ path: [...path, "url"], url: source.url, signature }, ...behind];
}
