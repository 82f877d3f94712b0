// Reduces a remote kubeconfig to what is safe to load: one context, no program to run, no local file to read.

import { isObject, type JsonObject } from "../json.ts";

/** A kubeconfig with one context and embedded credentials; `problem` says why there is none. */
export type EmbeddedKubeconfig = { readonly document: JsonObject } | { readonly problem: string };

const CLUSTER_FIELDS = ["server", "certificate-authority-data", "insecure-skip-tls-verify", "proxy-url", "tls-server-name"];
const USER_FIELDS = ["token", "client-certificate-data", "client-key-data", "username", "password", "as"];
const PROGRAM_FIELDS = ["exec", "auth-provider"];
const FILE_FIELDS = ["certificate-authority", "client-certificate", "client-key", "tokenFile", "token-file"];

/** Keeps one context: the named one, or else the current one. */
export function parseEmbeddedKubeconfig(document: unknown, context: string | undefined): EmbeddedKubeconfig {
  const { contexts, clusters, users, "current-context": current } = isObject(document) ? document : {};
  const name = context ?? (typeof current === "string" ? current : undefined);
  if (name === undefined) return { problem: "it names no current context" };
  const entry = findNamed(contexts, name, "context");
  // The name of the current context is not repeated: it comes from the remote text, which may hold anything there.
  const which = context === undefined ? "its current context" : `the context ${context}`;
  if (entry === undefined) return { problem: `${which} is not in it` };
  const cluster = findNamed(clusters, entry.cluster, "cluster");
  if (cluster === undefined) return { problem: `it has no cluster for ${which}` };
  const user = findNamed(users, entry.user, "user") ?? {};
  const field = [...PROGRAM_FIELDS, ...FILE_FIELDS].find((forbidden) => forbidden in cluster || forbidden in user);
  if (field !== undefined) return { problem: `${field}: ${PROGRAM_FIELDS.includes(field) ? NO_PROGRAMS : NO_FILES}` };
  return {
    document: {
      clusters: [{ name, cluster: pickFields(cluster, CLUSTER_FIELDS) }],
      users: [{ name, user: pickFields(user, USER_FIELDS) }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      "current-context": name,
    },
  };
}

const NO_PROGRAMS = "a remote kubeconfig runs no program here: use a token or a client certificate";
const NO_FILES = "a remote kubeconfig reads no file here: embed the data itself";

function findNamed(list: unknown, name: unknown, part: string): JsonObject | undefined {
  const match = Array.isArray(list) ? list.find((item: unknown) => isObject(item) && item.name === name) : undefined;
  const value = isObject(match) ? match[part] : undefined;
  return isObject(value) ? value : undefined;
}

function pickFields(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(fields.flatMap((field) => (field in object ? [[field, object[field]]] : [])));
}
