// Calls services of the local cloud for which the project has no client.

import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { CloudAccess } from "./local-cloud.ts";

/** A call in the words of the wire: `target` with a JSON body, or a path and a query. */
export type CloudCall = {
  readonly service: string;
  readonly target?: string;
  readonly body?: object;
  readonly path?: string;
  readonly query?: string;
};

/** The answer of the cloud to a signed call; an error where it refuses. */
export async function cloudRequest({ url, settings }: CloudAccess, call: CloudCall): Promise<string> {
  const { service, target, body = {}, path = "/", query = "" } = call;
  const { protocol, hostname, host } = new URL(url);
  const sent = target === undefined ? { method: "GET" } : { method: "POST", body: JSON.stringify(body) };
  const headers = { host, ...(target && { "content-type": "application/x-amz-json-1.1", "x-amz-target": target }) };
  const signer = new SignatureV4({ ...settings, service, sha256: Sha256 });
  const signed = await signer.sign({ ...sent, protocol, hostname, path, query: Object.fromEntries(new URLSearchParams(query)), headers });
  const response = await fetch(`${url}${path}?${query}`, { ...sent, headers: signed.headers });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${service} ${target ?? query}${path} answered ${response.status}: ${text}`);
  return text;
}
