import * as z from "zod/mini";
import { isPlain, urlErrors } from "./address.ts";

export const url = z.string().check((context) => {
  for (const message of urlErrors(context.value)) context.issues.push({ code: "custom", message, input: context.value });
});

export const secureUrl = url.check(z.refine((text) => !isPlain(text), "https: is needed here, http: only for loopback hosts"));

/** What is wrong with an API server's URL that a kubeconfig names; undefined where it is fit to be contacted. */
export function serverUrlError(text: unknown): string | undefined {
  return secureUrl.safeParse(text).error?.issues[0]?.message;
}
