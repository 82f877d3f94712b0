// References to secrets: a fleet file names where a secret is stored, never the secret itself.

import * as z from "zod/mini";
import { ConfigError } from "../errors.ts";
import { matching } from "../pattern.ts";

export const NO_SECRETS =
  "a reference is expected, {env: NAME}, {file: path}, {ssm: /name} or {secret: name, key: …}: a secret is never written here";

export const text = z.string().check(z.minLength(1));
const parameter = matching(/^[\w./:-]{1,2048}$/, "the name of a parameter of the Systems Manager is expected");
const secret = matching(/^[\w/+=.@:-]{1,2048}$/, "the name or the ARN of a secret of the Secrets Manager is expected");

export const ssmRef = z.strictObject({ ssm: parameter });
export const secretRef = z.strictObject({ secret, key: z.optional(text) });

/** Where a secret or a certificate is stored; `file` is relative to the fleet file, `key` a field of a secret that is a JSON object. */
export const refSchema = z.union([z.strictObject({ env: text }), z.strictObject({ file: text }), ssmRef, secretRef], { error: NO_SECRETS });

/** A client certificate and its key, PEM both. */
export const certificateRefs = z.strictObject({ certificate: refSchema, key: refSchema });

/** Parses a reference of one word, the form of parameters and flags. The {@link ConfigError} does not repeat it: it may be the secret itself. */
export function parseRef(word: string): Ref {
  const [, scheme = "", place = ""] = /^(env|file|ssm|secret):(.+)/s.exec(word) ?? [];
  const [, name = place, key] = scheme === "secret" ? (/([^#]*)#(.*)/s.exec(place) ?? []) : [];
  const { data } = refSchema.safeParse({ [scheme]: name, ...(key !== undefined && { key }) });
  if (data !== undefined) return data;
  throw new ConfigError("a reference is expected: env:NAME, file:path, ssm:/name or secret:name#key");
}

export type Ref = z.infer<typeof refSchema>;
