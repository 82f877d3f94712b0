// Parses the receiver's secret, from which the push token of every cluster is derived.

import * as z from "zod/mini";
import { ConfigError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import { dnsLabel } from "../core/names.ts";
import { validationErrors } from "../core/validation.ts";

const MIN_SECRET_BYTES = 32;

const secretText = z
  .string()
  .check(
    z.refine((secret) => new TextEncoder().encode(secret).length >= MIN_SECRET_BYTES, `at least ${MIN_SECRET_BYTES} bytes are expected`),
  );
const secretSchema = z.strictObject(
  {
    current: secretText,
    previous: z.optional(secretText),
    generations: z._default(z.record(dnsLabel, z.int().check(z.minimum(1), z.maximum(999_999_999))), {}),
  },
  { error: ({ code }) => (code === "invalid_type" ? "a JSON object is expected" : undefined) },
);

/**
 * What push tokens are derived from. Tokens derived from `previous` stay valid while it is set. A token is valid only in the generation of
 * its cluster, which is 1 unless `generations` says otherwise.
 */
export type PushSecret = z.infer<typeof secretSchema>;

/** Parses a plain text, or JSON. The {@link ConfigError} says what is wrong and repeats nothing of the secret. */
export function parsePushSecret(text: string): PushSecret {
  const { data, error } = secretSchema.safeParse(text.startsWith("{") ? parseJson(text) : { current: text });
  if (data !== undefined) return data;
  throw new ConfigError(
    `the receiver's secret is not usable, a text of at least ${MIN_SECRET_BYTES} bytes or {current, previous?, generations?} is expected:\n${validationErrors(error).join("\n")}`,
  );
}
