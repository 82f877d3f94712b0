import { type Code, UpstreamError } from "../../core/errors.ts";
import { redact, sanitize } from "../../core/text.ts";

/** What the words mean that Node has for a connection that fails. */
export const NETWORK_CODES: readonly (readonly [RegExp, Code])[] = [
  [/^(ENOTFOUND|EAI_)/, "name-unknown"],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)/, "connection-refused"],
  [/^(ECONNRESET|EPIPE)/, "connection-reset"],
  [/^ETIMEDOUT/, "timeout"],
  [/^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO)/, "tls"],
];

const CODES: readonly (readonly [RegExp, Code])[] = [
  ...NETWORK_CODES,
  // A firewall of this machine.
  [/^(EACCES|EPERM)/, "connection-refused"],
  [/^UND_ERR_CONNECT_TIMEOUT/, "timeout"],
  [/^HPE_/, "malformed"],
];

/** What a connection that failed `request` means; undefined where the error is of another kind. */
export function toUpstreamError(error: unknown, request: string, secrets: readonly string[]): UpstreamError | undefined {
  if (error instanceof UpstreamError) return error;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { name, message } = error;
  // The parser names what is wrong with an answer, but for one that is no HTTP from its first byte on.
  const code = name === "HTTPParserError" ? "HPE_ANY" : error.code;
  if (typeof code !== "string") return undefined;
  const [, meaning = "connection-reset"] = CODES.find(([pattern]) => pattern.test(code)) ?? [];
  return new UpstreamError(meaning, sanitize(redact(message, secrets)), { request });
}
