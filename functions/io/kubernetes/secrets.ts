// Lists the Secrets of a cluster, where `fleet discover` looks for kubeconfigs.

import { UpstreamError } from "../../core/errors.ts";
import { isObject, isStringRecord, type JsonObject, valueAt } from "../../core/json.ts";
import type { Client } from "../http/client.ts";
import { get } from "../http/request.ts";
import { expectSuccess } from "./answer.ts";

/** A Secret; its values are base64, as in the API. */
export type Secret = {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
};

const PAGE_SIZE = 100;
// In many clusters most Secrets are Helm releases.
const EXCLUDED_TYPES = ["helm.sh/release.v1", "kubernetes.io/service-account-token", "kubernetes.io/tls"];
const FIELD_SELECTOR = EXCLUDED_TYPES.map((type) => `type!=${type}`).join(",");

/**
 * The Secrets of one namespace, or of all, without those of Helm, service accounts and TLS. An {@link UpstreamError} where they cannot be
 * listed.
 */
export async function* listSecrets(client: Client, namespace: string | undefined): AsyncGenerator<Secret> {
  let next: string | undefined;
  let limit = PAGE_SIZE;
  for (;;) {
    const page = await pageOf(client, namespace, limit, next);
    if (page === undefined) {
      // A Secret may have a megabyte: fewer of them fit into one answer.
      limit = Math.ceil(limit / 4);
      continue;
    }
    yield* page.secrets;
    if (page.next === undefined) return;
    next = page.next;
  }
}

type Page = { readonly secrets: readonly Secret[]; readonly next?: string };

// Undefined where as many of them are too large for one answer.
async function pageOf(client: Client, namespace: string | undefined, limit: number, next: string | undefined): Promise<Page | undefined> {
  const scope = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const query = new URLSearchParams({ limit: String(limit), fieldSelector: FIELD_SELECTOR, ...(next !== undefined && { continue: next }) });
  try {
    const list = expectSuccess(await get(client, `/api/v1${scope}/secrets?${query}`), "listing secrets");
    const items = valueAt(list, ["items"]);
    const token = valueAt(list, ["metadata", "continue"]);
    if (!Array.isArray(items)) throw new UpstreamError("malformed", "listing secrets: the answer is no list");
    return { secrets: items.filter(isObject).map(toSecret), ...(typeof token === "string" && token !== "" && { next: token }) };
  } catch (error) {
    if (error instanceof UpstreamError && error.code === "too-large" && limit > 1) return undefined;
    throw error;
  }
}

function toSecret({ metadata, data }: JsonObject): Secret {
  const { name, namespace, labels } = isObject(metadata) ? metadata : {};
  return {
    namespace: String(namespace ?? ""),
    name: String(name ?? ""),
    labels: isStringRecord(labels) ? labels : {},
    data: isStringRecord(data) ? data : {},
  };
}
