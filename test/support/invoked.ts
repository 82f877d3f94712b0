// Runs one function in a process of its own, as Lambda does.

import { registerHooks } from "node:module";

/** Run by `invoke`: one warm process of a function, whose settings are in the environment and whose standard output is its own. */
const [file = ""] = process.argv.slice(2);
const libraries = new Set<string>();
registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const [, library] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(resolved.url) ?? [];
    if (library !== undefined) libraries.add(library);
    return resolved;
  },
});

const { handler } = await import(file).catch((error: Error) => ({ handler: () => Promise.reject(error) }));

process.on("message", async ({ payload, remainingMs }: { payload: unknown; remainingMs: number }) => {
  const context = { awsRequestId: crypto.randomUUID(), getRemainingTimeInMillis: () => remainingMs };
  const result = await handler(payload, context).then(
    (answer: unknown) => ({ answer }),
    ({ name, message }: Error) => ({ error: { name, message } }),
  );
  process.send?.({ ...result, libraries: [...libraries], megabytes: process.resourceUsage().maxRSS / 1024 });
});
process.send?.("ready");
