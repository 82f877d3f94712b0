// Lists the contexts of the user's kubeconfig files, each with the file that a fleet names for it.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { loadKubeconfig } from "../io/auth/kubeconfig-files.ts";

export type OwnContext = { readonly file: string; readonly context: string };

/** The files of KUBECONFIG, or else `~/.kube/config`. */
export function kubeconfigFiles({ KUBECONFIG = "", HOME = homedir() }: NodeJS.ProcessEnv): readonly string[] {
  const listed = KUBECONFIG.split(delimiter).filter((path) => path !== "");
  return listed.length > 0 ? [...new Set(listed)] : [join(HOME, ".kube", "config")];
}

/** The contexts of the files that are there, the first of each name as in kubectl; an UpstreamError where a file cannot be read. */
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
  if (!existsSync(file)) return [];
  const { contexts } = await loadKubeconfig(file);
  return [...contexts.keys()].map((context) => ({ file, context }));
}
