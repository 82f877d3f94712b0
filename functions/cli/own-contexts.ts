// Lists the contexts of the user's kubeconfig files, each with the file that a fleet names for it.

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { ConfigError } from "../core/errors.ts";
import { isObject } from "../core/json.ts";

export type OwnContext = { readonly file: string; readonly context: string };

/** The files of KUBECONFIG, or else `~/.kube/config`. */
export function kubeconfigFiles({ KUBECONFIG = "", HOME = homedir() }: NodeJS.ProcessEnv): readonly string[] {
  const listed = KUBECONFIG.split(delimiter).filter((path) => path !== "");
  return listed.length > 0 ? [...new Set(listed)] : [join(HOME, ".kube", "config")];
}

/** The contexts of the files that are there, the first of each name as in kubectl; a {@link ConfigError} where a file cannot be read. */
export async function ownContexts(files: readonly string[]): Promise<readonly OwnContext[]> {
  const found = await Promise.all(files.map(contextsIn));
  return [
    ...new Map(
      found
        .flat()
        .toReversed()
        .map((one) => [one.context, one]),
    ).values(),
  ].toReversed();
}

async function contextsIn(file: string): Promise<readonly OwnContext[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new ConfigError(`${file} cannot be read: ${error.code ?? error.message}`);
  });
  const contexts = listedIn(file, text);
  return contexts.flatMap((context) => (isObject(context) && typeof context.name === "string" ? [{ file, context: context.name }] : []));
}

// The library's message repeats the text, which holds secrets.
function listedIn(file: string, text: string): readonly unknown[] {
  try {
    const document: unknown = parse(text, { logLevel: "silent", uniqueKeys: false });
    return isObject(document) && Array.isArray(document.contexts) ? document.contexts : [];
  } catch {
    throw new ConfigError(`${file} is no YAML: check it with kubectl config view`);
  }
}
