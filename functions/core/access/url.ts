// The URLs that a fleet file may name, checked before any of them is contacted.

import * as z from "zod/mini";
import { isPlain, urlErrors } from "./address.ts";

export const url = z.string().check((context) => {
  for (const message of urlErrors(context.value)) context.issues.push({ code: "custom", message, input: context.value });
});

export const secureUrl = url.check(z.refine((text) => !isPlain(text), "https: is needed here, http: only for loopback hosts"));

/** Why the URL of an API server must not be contacted; undefined where it may be. */
export function serverUrlError(text: unknown): string | undefined {
  return secureUrl.safeParse(text).error?.issues[0]?.message;
}
