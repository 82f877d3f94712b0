import * as z from "zod/mini";
import { ConfigError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import { dnsLabel } from "../core/names.ts";
import { validationErrors } from "../core/validation.ts";

const LEAST_BYTES = 32;

const text = z
  .string()
  .check(z.refine((secret) => new TextEncoder().encode(secret).length >= LEAST_BYTES, `at least ${LEAST_BYTES} bytes are expected`));
const secretSchema = z.strictObject(
  {
    current: text,
    previous: z.optional(text),
    generations: z._default(z.record(dnsLabel, z.int().check(z.minimum(1), z.maximum(999_999_999))), {}),
  },
  { error: ({ code }) => (code === "invalid_type" ? "a JSON object is expected" : undefined) },
);

/**
 * What push tokens are derived from. Tokens of `previous` are good as long as it stands there; a token of another generation than its
 * cluster's is not, and every cluster is of generation 1 unless `generations` says otherwise.
 */
export type PushSecret = z.infer<typeof secretSchema>;

/** Reads the receiver's secret: a text, or JSON. A {@link ConfigError} says what is wrong with it and repeats nothing of it. */
export function parsePushSecret(written: string): PushSecret {
  const { data, error } = secretSchema.safeParse(written.startsWith("{") ? parseJson(written) : { current: written });
  if (data !== undefined) return data;
  throw new ConfigError(
    `the receiver's secret is not usable, a text of at least ${LEAST_BYTES} bytes or {current, previous?, generations?} is expected:\n${validationErrors(error).join("\n")}`,
  );
}
