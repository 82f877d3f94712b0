import * as z from "zod";
import { ConfigError } from "./errors.ts";
import { problemsOf } from "./problems.ts";

const requestSchema = z.strictObject({
  clusters: z.array(z.string()).optional(),
  selector: z.string().optional(),
  dryRun: z.boolean().optional(),
});

/** What a person asks the `reconcile` function for; `{}` is the whole fleet. */
export type DirectRequest = z.infer<typeof requestSchema>;

/** Reads the payload of a direct invocation; a {@link ConfigError} names what is wrong with it. */
export function parseDirectRequest(payload: unknown): DirectRequest {
  const parsed = requestSchema.safeParse(payload ?? {});
  if (!parsed.success)
    throw new ConfigError(
      `the payload is not usable, {clusters?, selector?, dryRun?} is expected:\n${problemsOf(parsed.error).join("\n")}`,
    );
  return parsed.data;
}
