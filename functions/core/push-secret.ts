import * as z from "zod";
import { ConfigError } from "./errors.ts";
import { problemsOf } from "./problems.ts";
import { dnsLabel } from "./source.ts";

const LEAST_BYTES = 32;

const text = z
  .string()
  .refine((secret) => new TextEncoder().encode(secret).length >= LEAST_BYTES, `at least ${LEAST_BYTES} bytes are expected`);
const secretSchema = z.strictObject(
  { current: text, previous: text.optional(), generations: z.record(dnsLabel, z.int().min(1).max(999_999_999)).default({}) },
  { error: ({ code }) => (code === "invalid_type" ? "a JSON object is expected" : undefined) },
);

/**
 * What push tokens are derived from. Tokens of `previous` are good as long as it stands there; a token of another generation than its
 * cluster's is not, and every cluster is of generation 1 unless `generations` says otherwise.
 */
export type PushSecret = z.infer<typeof secretSchema>;

/** Reads the receiver's secret: a text, or JSON. A {@link ConfigError} says what is wrong with it and repeats nothing of it. */
export function parsePushSecret(written: string): PushSecret {
  const { data, error } = secretSchema.safeParse(written.startsWith("{") ? jsonOf(written) : { current: written });
  if (data !== undefined) return data;
  throw new ConfigError(
    `the receiver's secret is not usable, a text of at least ${LEAST_BYTES} bytes or {current, previous?, generations?} is expected:\n${problemsOf(error).join("\n")}`,
  );
}

function jsonOf(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}
