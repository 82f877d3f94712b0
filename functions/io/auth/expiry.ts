import { X509Certificate } from "node:crypto";
import { valueAt } from "../../core/json.ts";
import type { Endpoint } from "../http/connections.ts";
import { parseObject } from "./secret.ts";

/** Until when a login says itself that it is good, in milliseconds since the epoch: a client certificate, or a token that is a JWT. */
export function expiryOf({ certificate, token = "" }: Pick<Endpoint, "certificate" | "token">): number | undefined {
  return certificate === undefined ? tokenExpiry(token) : certificateExpiry(certificate);
}

function certificateExpiry(pem: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    // What is no certificate is told by the handshake.
    return undefined;
  }
}

// https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
function tokenExpiry(token: string): number | undefined {
  const [, payload = ""] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? [];
  const seconds = valueAt(parseObject(Buffer.from(payload, "base64url").toString("utf8")), ["exp"]);
  return typeof seconds === "number" ? seconds * 1_000 : undefined;
}
