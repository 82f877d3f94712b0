// A secret that names its server is sent there and nowhere else, and a remote fleet may send no other.

import { bindingCommand } from "../../core/access/binding.ts";
import { headerValueProblem } from "../../core/access/header-value.ts";
import type { Ref } from "../../core/access/ref.ts";
import { UpstreamError } from "../../core/errors.ts";
import { parseObject, readField, readWhole, refText } from "./secret.ts";

/** What a login is made of; a JSON object holds it under this name where the reference names no other. */
export type CredentialPart = "token" | "password" | "certificate" | "key";

/** The server that is shown the credential, and the folder of `file:` references; a remote fleet has none. */
export type Reader = { readonly origin: string; readonly folder: string | undefined };

/** A piece of a login for one server, and the CA that is kept beside it. */
export type Held = {
  readonly text: string;
  readonly ca?: string;
  /** Whether what holds it names this server, and whether it is a JSON object. */
  readonly isBound: boolean;
  readonly isObject: boolean;
};

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
  if (key === undefined && object === undefined) return { text: whole, isBound: false, isObject: false };
  const text = readField(whole, key ?? piece, name);
  return { text, isBound: server !== undefined, isObject: true, ...(typeof ca === "string" && { ca }) };
}

/** A piece that is sent in a header. An {@link UpstreamError} where it is a document, or where a remote fleet alone names the server. */
export async function readHeaderValue(ref: Ref, piece: CredentialPart, reader: Reader): Promise<Held> {
  const held = await readCredential(ref, piece, reader);
  const problem = headerValueProblem(held.text);
  if (problem !== undefined) throw new UpstreamError("secret-unreadable", `${refText(ref)} holds no token or header value: ${problem}`);
  if (reader.folder === undefined && !held.isBound) throw unbound(ref, piece, reader.origin, held.isObject);
  return held;
}

function unbound(ref: Ref, field: string, origin: string, isObject: boolean): UpstreamError {
  const command = bindingCommand({ ref, origin, field, isObject });
  const next = command === undefined ? `add "server" to it` : command;
  return new UpstreamError("secret-unbound", `${refText(ref)} names no server. If it is for ${origin}: ${next}`);
}
