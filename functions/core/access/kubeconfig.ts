import { isObject, type JsonObject } from "../json.ts";

/** What a kubeconfig that is kept elsewhere says of one context, and nothing that would run a program or read a file here. */
export type EmbeddedKubeconfig = { readonly document: JsonObject } | { readonly problem: string };

const CLUSTER_FIELDS = ["server", "certificate-authority-data", "insecure-skip-tls-verify", "proxy-url", "tls-server-name"];
const USER_FIELDS = ["token", "client-certificate-data", "client-key-data", "username", "password", "as"];
const RUNS = ["exec", "auth-provider"];
const READS = ["certificate-authority", "client-certificate", "client-key", "tokenFile", "token-file"];

/** The kubeconfig with this context alone, the current one where none is named. */
export function parseEmbeddedKubeconfig(document: unknown, context: string | undefined): EmbeddedKubeconfig {
  const { contexts, clusters, users, "current-context": current } = isObject(document) ? document : {};
  const name = context ?? (typeof current === "string" ? current : undefined);
  if (name === undefined) return { problem: "it names no current context" };
  const chosen = named(contexts, name, "context");
  // What the text itself calls its context is not repeated: it may be anything.
  const which = context === undefined ? "its current context" : `the context ${context}`;
  if (chosen === undefined) return { problem: `${which} is not in it` };
  const cluster = named(clusters, chosen.cluster, "cluster");
  if (cluster === undefined) return { problem: `it has no cluster for ${which}` };
  const user = named(users, chosen.user, "user") ?? {};
  const field = [...RUNS, ...READS].find((forbidden) => forbidden in cluster || forbidden in user);
  if (field !== undefined) return { problem: `${field}: ${RUNS.includes(field) ? NO_PROGRAMS : NO_FILES}` };
  return {
    document: {
      clusters: [{ name, cluster: picked(cluster, CLUSTER_FIELDS) }],
      users: [{ name, user: picked(user, USER_FIELDS) }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    },
  };
}

const NO_PROGRAMS = "a kubeconfig that is kept elsewhere runs no program here, use a token or a client certificate";
const NO_FILES = "a kubeconfig that is kept elsewhere reads no file here, put the data itself into it";

function named(list: unknown, name: unknown, part: string): JsonObject | undefined {
  const found = Array.isArray(list) ? list.find((item: unknown) => isObject(item) && item.name === name) : undefined;
  const value = isObject(found) ? found[part] : undefined;
  return isObject(value) ? value : undefined;
}

function picked(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(fields.flatMap((field) => (field in object ? [[field, object[field]]] : [])));
}
