// Reads kubeconfigs by the rules of kubectl: which fields they have, how several files become one, and what a context leads to.

import * as z from "zod/mini";
import { validationErrors } from "../validation.ts";

// As in client-go, null and an empty text are no value.
const text = z.pipe(
  z.nullish(z.string()),
  z.transform((value) => value || undefined),
);
const flag = z.pipe(
  z.nullish(z.boolean()),
  z.transform((value) => value ?? false),
);
const words = z.pipe(
  z.nullish(z.array(z.string())),
  z.transform((value) => value ?? []),
);
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const base64 = text.check(z.refine((value) => BASE64.test((value ?? "").replace(/[\r\n]/g, "")), "base64 is expected here"));

const cluster = z.object({
  server: text,
  "certificate-authority": text,
  "certificate-authority-data": base64,
  "insecure-skip-tls-verify": flag,
  "tls-server-name": text,
  "proxy-url": text,
  "disable-compression": flag,
  extensions: z.nullish(z.array(z.object({ name: text, extension: z.optional(z.unknown()) }))),
});

const exec = z.object({
  apiVersion: text,
  command: text,
  args: words,
  env: z.pipe(
    z.nullish(z.array(z.object({ name: text, value: text }))),
    z.transform((value) => value ?? []),
  ),
  installHint: text,
  provideClusterInfo: flag,
  interactiveMode: text,
});

const user = z.object({
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  "client-certificate": text,
  "client-certificate-data": base64,
  "client-key": text,
  "client-key-data": base64,
  as: text,
  "as-uid": text,
  "as-groups": words,
  "as-user-extra": z.nullish(z.record(z.string(), z.nullable(z.array(z.string())))),
  "auth-provider": z.nullish(z.object({ name: text, config: z.nullish(z.record(z.string(), z.nullable(z.string()))) })),
  exec: z.nullish(exec),
});

const context = z.object({ cluster: text, user: text, namespace: text });

const MISSPELLED = "this is no kubeconfig: apiVersion v1 and kind Config are expected";
const file = z.nullish(
  z.object({
    apiVersion: text.check(z.refine((value) => value === undefined || value === "v1", MISSPELLED)),
    kind: text.check(z.refine((value) => value === undefined || value === "Config", MISSPELLED)),
    "current-context": text,
    clusters: z.nullish(z.array(z.object({ name: text, cluster: z.nullish(cluster) }))),
    users: z.nullish(z.array(z.object({ name: text, user: z.nullish(user) }))),
    contexts: z.nullish(z.array(z.object({ name: text, context: z.nullish(context) }))),
  }),
);

export type KubeCluster = z.infer<typeof cluster>;
export type KubeUser = z.infer<typeof user>;
export type KubeExec = z.infer<typeof exec>;
type KubeContext = z.infer<typeof context>;

/** What one kubeconfig file says, or several together. */
export type Kubeconfig = {
  readonly current?: string;
  readonly contexts: ReadonlyMap<string, KubeContext>;
  readonly clusters: ReadonlyMap<string, KubeCluster>;
  readonly users: ReadonlyMap<string, KubeUser>;
};

/** One context with what it leads to. */
export type Selected = { readonly context: string; readonly cluster: KubeCluster; readonly user: KubeUser };

/** The document of one file; `problem` names the place that kubectl would not read either, and repeats nothing of it. */
export function parseKubeconfig(document: unknown): Kubeconfig | { readonly problem: string } {
  const { data, error } = file.safeParse(document);
  if (error !== undefined) return { problem: validationErrors(error)[0] ?? MISSPELLED };
  const { clusters, users, contexts, "current-context": current } = data ?? {};
  const doubled = [doubledIn("clusters", clusters), doubledIn("users", users), doubledIn("contexts", contexts)];
  const problem = doubled.find((one) => one !== undefined);
  if (problem !== undefined) return { problem };
  return {
    current,
    contexts: byName(contexts, (entry) => entry.context ?? context.parse({})),
    clusters: byName(clusters, (entry) => entry.cluster ?? cluster.parse({})),
    users: byName(users, (entry) => entry.user ?? user.parse({})),
  };
}

type Named = { readonly name?: string };

// https://github.com/kubernetes/client-go/blob/v0.32.0/tools/clientcmd/api/v1/conversion.go
function doubledIn(list: string, entries: readonly Named[] | null | undefined): string | undefined {
  const names = (entries ?? []).map(({ name }) => name);
  const at = names.findIndex((name, index) => names.indexOf(name) < index);
  return at === -1 ? undefined : `${list}[${at}]: another entry has this name`;
}

function byName<E extends Named, T>(entries: readonly E[] | null | undefined, partOf: (entry: E) => T): ReadonlyMap<string, T> {
  return new Map((entries ?? []).map((entry) => [entry.name ?? "", partOf(entry)]));
}

/** Several files as one: of each name the first file that has it counts, and nothing of it is mixed with that of another. */
export function mergeKubeconfigs(files: readonly Kubeconfig[]): Kubeconfig {
  // https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
  const later = files.toReversed();
  return {
    current: files.find(({ current }) => current !== undefined)?.current,
    contexts: new Map(later.flatMap(({ contexts }) => [...contexts])),
    clusters: new Map(later.flatMap(({ clusters }) => [...clusters])),
    users: new Map(later.flatMap(({ users }) => [...users])),
  };
}

/** The context of that name, or else the current one; `problem` says what is missing, in words that no remote text chooses. */
export function selectContext(
  { current, contexts, clusters, users }: Kubeconfig,
  wanted: string | undefined,
): Selected | { readonly problem: string } {
  const name = wanted ?? current;
  if (name === undefined) return { problem: "it names no current context" };
  const which = wanted === undefined ? "its current context" : `the context ${wanted}`;
  const found = contexts.get(name);
  if (found === undefined) return { problem: `${which} is not in it` };
  const target = clusters.get(found.cluster ?? "");
  if (target?.server === undefined) return { problem: `it has no ${target === undefined ? "cluster" : "server"} for ${which}` };
  const login = found.user === undefined ? user.parse({}) : users.get(found.user);
  if (login === undefined) return { problem: `it has no user for ${which}` };
  return { context: name, cluster: target, user: login };
}
