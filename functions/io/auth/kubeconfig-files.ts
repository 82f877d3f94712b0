// Loads kubeconfigs from files and texts as kubectl does: those of a list are merged, and paths in them are relative to their own file.

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, resolve } from "node:path";
import { type KubeCluster, type Kubeconfig, type KubeUser, mergeKubeconfigs, parseKubeconfig } from "../../core/access/kubeconfig.ts";
import { UpstreamError } from "../../core/errors.ts";
import { sanitize } from "../../core/text.ts";

/** An {@link UpstreamError} `kubeconfig-unusable` that names the kubeconfig and says why. */
export function unusable(place: string, why: string): UpstreamError {
  return new UpstreamError("kubeconfig-unusable", `${place}: ${sanitize(why, 700)}`);
}

/** The kubeconfig at a path; an {@link UpstreamError} where it is missing or none. */
export async function loadKubeconfig(path: string): Promise<Kubeconfig> {
  const config = await loadIfThere(path);
  if (config === undefined) throw new UpstreamError("kubeconfig-unusable", `no kubeconfig: the file ${path} does not exist`);
  return config;
}

/** The user's own kubeconfig: the files of KUBECONFIG, or else `~/.kube/config`; an {@link UpstreamError} where none of them is there. */
export async function loadOwnKubeconfig({ KUBECONFIG = "", HOME = homedir() }: NodeJS.ProcessEnv): Promise<Kubeconfig> {
  const listed = KUBECONFIG.split(delimiter).filter((path) => path !== "");
  const paths = listed.length > 0 ? [...new Set(listed)] : [join(HOME, ".kube", "config")];
  const files = (await Promise.all(paths.map(loadIfThere))).filter((file) => file !== undefined);
  if (files.length > 0) return mergeKubeconfigs(files);
  const missing = paths.length === 1 ? `${paths[0]} does not exist` : `none of ${paths.join(", ")} exists`;
  throw new UpstreamError("kubeconfig-unusable", `no kubeconfig: ${missing}`);
}

/** The kubeconfig that a text is; `place` is how a message names it. An {@link UpstreamError} repeats nothing of the text. */
export async function parseKubeconfigText(text: string, place: string): Promise<Kubeconfig> {
  const { parseDocument } = (await import("yaml")).default;
  const parsed = parseKubeconfig(documentIn(parseDocument, text, place));
  if ("problem" in parsed) throw unusable(place, parsed.problem);
  return parsed;
}

async function loadIfThere(path: string): Promise<Kubeconfig | undefined> {
  const place = `the file ${path}`;
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    if (error.code === "ENOENT") return undefined;
    throw unusable(place, `it cannot be read: ${error.code}`);
  });
  return text === undefined ? undefined : withPathsFrom(await parseKubeconfigText(text, place), dirname(resolve(path)));
}

// Like kubectl, the first document counts, and of a key that stands there twice the last.
function documentIn(parse: typeof import("yaml").parseDocument, text: string, place: string): unknown {
  try {
    const document = parse(text, { logLevel: "error", merge: true, uniqueKeys: false });
    const error = document.errors.find(({ code }) => code !== "MULTIPLE_DOCS");
    if (error !== undefined) throw unusable(place, `it is no YAML: ${error.code}${lineOf(error.linePos)}`);
    return document.toJS();
  } catch (error) {
    if (error instanceof UpstreamError || error instanceof TypeError) throw error;
    // Too many aliases, or one that leads nowhere; the library's words may repeat what the text holds.
    throw unusable(place, "it cannot be read as a kubeconfig");
  }
}

function lineOf(position: readonly { readonly line: number }[] | undefined): string {
  return position?.[0] === undefined ? "" : ` in line ${position[0].line}`;
}

// https://github.com/kubernetes/client-go/blob/v0.32.0/tools/clientcmd/loader.go: ResolveLocalPaths
function withPathsFrom({ current, contexts, clusters, users }: Kubeconfig, folder: string): Kubeconfig {
  return {
    current,
    contexts,
    clusters: mapped(clusters, (cluster) => clusterFrom(cluster, folder)),
    users: mapped(users, (user) => userFrom(user, folder)),
  };
}

function clusterFrom(cluster: KubeCluster, folder: string): KubeCluster {
  return { ...cluster, "certificate-authority": pathFrom(cluster["certificate-authority"], folder) };
}

function userFrom(user: KubeUser, folder: string): KubeUser {
  const { exec } = user;
  // A command without a slash is looked up in PATH.
  const command = exec?.command?.includes("/") ? pathFrom(exec.command, folder) : exec?.command;
  return {
    ...user,
    tokenFile: pathFrom(user.tokenFile, folder),
    "client-certificate": pathFrom(user["client-certificate"], folder),
    "client-key": pathFrom(user["client-key"], folder),
    exec: exec && { ...exec, command },
  };
}

function pathFrom(path: string | undefined, folder: string): string | undefined {
  return path === undefined || isAbsolute(path) ? path : join(folder, path);
}

function mapped<T>(entries: ReadonlyMap<string, T>, change: (value: T) => T): ReadonlyMap<string, T> {
  return new Map([...entries].map(([name, value]) => [name, change(value)]));
}
