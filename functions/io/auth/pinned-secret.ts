import type { Ref } from "../../core/access/ref.ts";
import { UpstreamError } from "../../core/errors.ts";
import { fieldOf, objectIn, readWhole, refName } from "./secret.ts";

/** What a login is made of; a JSON object holds it under this name where the reference names no other. */
export type Piece = "token" | "password" | "certificate" | "key";

/** Who is to be told, and where references lead. */
export type Reader = { readonly origin: string; readonly folder: string | undefined };

/** A piece of a login for one server, and the CA that is kept beside it. */
export type Held = { readonly text: string; readonly ca?: string };

/** Reads a piece of a login. An {@link UpstreamError} `secret-elsewhere` where what holds it names another `server`: that one alone may see it. */
export async function readPiece(ref: Ref, piece: Piece, { origin, folder }: Reader): Promise<Held> {
  const whole = await readWhole(ref, folder);
  const name = refName(ref);
  const key = "secret" in ref ? ref.key : undefined;
  const object = objectIn(whole);
  const { server, ca } = object ?? {};
  if (server !== undefined && (typeof server !== "string" || URL.parse(server)?.origin !== origin))
    throw new UpstreamError("secret-elsewhere", `${name} names another server than ${origin}`);
  if (object === undefined && whole.startsWith("{"))
    throw new UpstreamError("secret-unreadable", `${name} begins like a JSON object and is none: it may be meant for one server only`);
  if (key === undefined && object === undefined) return { text: whole };
  return { text: fieldOf(whole, key ?? piece, name), ...(typeof ca === "string" && { ca }) };
}

/** A piece that is sent as it is, in a header. */
export async function readLine(ref: Ref, piece: Piece, reader: Reader): Promise<Held> {
  const held = await readPiece(ref, piece, reader);
  if (/^[\x20-\x7e]+$/.test(held.text)) return held;
  throw new UpstreamError("secret-unreadable", `${refName(ref)} holds no token or header value, which is one line of plain ASCII`);
}
