// Verifies AWS signatures by an implementation of its own.

import { createHash, createHmac } from "node:crypto";

/** The parts of a request that a signature covers, as they are sent. */
export type Signed = {
  readonly method: string;
  readonly url: URL;
  /** Those that are signed, by their lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** `<date>/<region>/<service>/aws4_request`. */
  readonly scope: string;
  /** As `20260102T030405Z`. */
  readonly date: string;
  readonly secret: string;
};

/**
 * The signature of a request without a body, by the published rules:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signature({ method, url, headers, scope, date, secret }: Signed): string {
  const names = Object.keys(headers).sort();
  const request = [
    method,
    encodedPath(url),
    canonicalQuery(url),
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    "",
    names.join(";"),
    sha256(""),
  ].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((previous, part) => hmac(previous, part), `AWS4${secret}`);
  return hmac(key, ["AWS4-HMAC-SHA256", date, scope, sha256(request)].join("\n")).toString("hex");
}

// Every service but S3 encodes what is already encoded.
function encodedPath({ pathname }: URL): string {
  return pathname.split("/").map(encoded).join("/");
}

function canonicalQuery({ searchParams }: URL): string {
  return [...searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join("&");
}

/** By RFC 3986: all but letters, digits and `-._~`. */
export function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
