// A string with a form of its own, said in the terms of its reader.

import * as z from "zod/mini";

/** A string that matches a pattern; `message` says what is expected instead. */
export function matching(pattern: RegExp, message: string) {
  return z.string().check(z.regex(pattern, message));
}
