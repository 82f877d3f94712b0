import * as z from "zod/mini";
import { isPlain, urlProblems } from "./address.ts";

export const url = z.string().check((context) => {
  for (const message of urlProblems(context.value)) context.issues.push({ code: "custom", message, input: context.value });
});

export const secureUrl = url.check(z.refine((text) => !isPlain(text), "https: is needed here, http: only for loopback hosts"));

/** What is wrong with an API server's URL that a kubeconfig names; undefined where it is fit to be contacted. */
export function serverProblem(text: unknown): string | undefined {
  return secureUrl.safeParse(text).error?.issues[0]?.message;
}
