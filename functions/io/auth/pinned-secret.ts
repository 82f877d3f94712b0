import type { Ref } from "../../core/access/ref.ts";
import { UpstreamError } from "../../core/errors.ts";
import { parseObject, readField, readWhole, refText } from "./secret.ts";

/** What a login is made of; a JSON object holds it under this name where the reference names no other. */
export type CredentialPart = "token" | "password" | "certificate" | "key";

/** Who is to be told, and where references lead. */
export type Reader = { readonly origin: string; readonly folder: string | undefined };

/** A piece of a login for one server, and the CA that is kept beside it. */
export type Held = { readonly text: string; readonly ca?: string };

/** Reads a piece of a login. An {@link UpstreamError} `secret-elsewhere` where what holds it names another `server`: that one alone may see it. */
export async function readCredential(ref: Ref, piece: CredentialPart, { origin, folder }: Reader): Promise<Held> {
  const whole = await readWhole(ref, folder);
  const name = refText(ref);
  const key = "secret" in ref ? ref.key : undefined;
  const object = parseObject(whole);
  const { server, ca } = object ?? {};
  if (server !== undefined && (typeof server !== "string" || URL.parse(server)?.origin !== origin))
    throw new UpstreamError("secret-elsewhere", `${name} names another server than ${origin}`);
  if (object === undefined && whole.startsWith("{"))
    throw new UpstreamError("secret-unreadable", `${name} begins like a JSON object and is none: it may be meant for one server only`);
  if (key === undefined && object === undefined) return { text: whole };
  return { text: readField(whole, key ?? piece, name), ...(typeof ca === "string" && { ca }) };
}

/** A piece that is sent as it is, in a header. */
export async function readHeaderValue(ref: Ref, piece: CredentialPart, reader: Reader): Promise<Held> {
  const held = await readCredential(ref, piece, reader);
  if (/^[\x20-\x7e]+$/.test(held.text)) return held;
  throw new UpstreamError("secret-unreadable", `${refText(ref)} holds no token or header value, which is one line of plain ASCII`);
}
