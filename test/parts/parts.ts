import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

/** A real program the tests run against: what it is called, where a machine may already have it, how it is built. */
export type Part = {
  name: string;
  version: string;
  binaries: readonly string[];
  /** Folders of this machine that may already hold the binaries. */
  elsewhere: () => readonly string[];
  /** Puts the binaries into `folder`. */
  build: (folder: string) => void;
};

const searchPath = () => (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
const PROMETHEUS = "github.com/prometheus/prometheus/cmd";
const stripped = ["-trimpath", "-ldflags", "-s -w"];

export const parts: readonly Part[] = [
  {
    name: "kubernetes",
    version: "1.36.3",
    binaries: ["kube-apiserver", "etcd"],
    elsewhere: () => [process.env.KUBEBUILDER_ASSETS].filter((folder) => folder !== undefined),
    build: (folder) =>
      go(["build", ...stripped, "-o", `${folder}/`, "./kube-apiserver", "./etcd"], join(import.meta.dirname, "kubernetes")),
  },
  {
    name: "prometheus",
    version: "0.316.0",
    binaries: ["prometheus", "promtool"],
    elsewhere: searchPath,
    // Without the tag one service-discovery dependency cannot be downloaded; the tests need none of them.
    build: (folder) =>
      go(
        ["install", "-tags", "remove_all_sd", ...stripped, ...["prometheus", "promtool"].map((name) => `${PROMETHEUS}/${name}@v0.316.0`)],
        folder,
        { GOBIN: folder },
      ),
  },
];

/** The folder that holds all binaries of the part, or undefined: the machine's own first, then the cache. */
export function locate(part: Part): string | undefined {
  return [...part.elsewhere(), cacheFolder(part)].find((folder) => part.binaries.every((name) => isExecutable(join(folder, name))));
}

/** Builds the part into the cache; a build that stops half-way leaves nothing there. */
export function install(part: Part): string {
  const folder = cacheFolder(part);
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}.`);
  try {
    part.build(unfinished);
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

function cacheFolder(part: Part): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return join(cache, "alertstatus", "parts", `${part.name}-${part.version}`);
}

function go(words: string[], cwd: string, env: Record<string, string> = {}): void {
  const run = spawnSync("go", words, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] });
  if (run.error) throw new Error("Building the real parts needs Go 1.26 or newer on the PATH: https://go.dev/dl/", { cause: run.error });
  if (run.status !== 0) throw new Error(`go ${words[0]} failed with exit code ${run.status}; its own messages stand above`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
