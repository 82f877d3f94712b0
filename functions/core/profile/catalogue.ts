// The catalogue: profiles of public operators as data, with what each of them needs and where its facts stand.

import * as z from "zod/mini";
import { ConfigError } from "../errors.ts";
import { validationErrors } from "../validation.ts";
import { profileSchema } from "./profile.ts";

const sentence = z.string().check(z.minLength(1));

const entrySchema = z.strictObject({
  operator: sentence,
  /** Public pages with the operator's metrics, alerts and CRDs. */
  sources: z.array(z.url()).check(z.minLength(1)),
  /** What has to run, so that the alerts come about. */
  needs: sentence,
  /** Why the kinds carry no condition of others; their profiles are for the mode `observe`. */
  observe: z.optional(sentence),
  /** What the operator's metrics or public rules make wrong, and what the profiles do about it. */
  traps: z.array(sentence),
  profiles: z.record(z.string().check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "a name of lower-case words with dashes")), profileSchema),
});

export type CatalogueEntry = z.infer<typeof entrySchema>;

/** Parses a file of the catalogue; a {@link ConfigError} names each problem by its path. */
export function parseCatalogueEntry(document: unknown): CatalogueEntry {
  const { data, error } = entrySchema.safeParse(document);
  if (data === undefined) throw new ConfigError(validationErrors(error).join("\n"));
  return data;
}
