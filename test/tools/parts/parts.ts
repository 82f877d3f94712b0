import { accessSync, constants, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { go, pip } from "./commands.ts";

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
    version: "0.316.0-kubernetes",
    binaries: ["prometheus", "promtool"],
    elsewhere: searchPath,
    // Without the tags one service-discovery dependency cannot be downloaded; the tests need that of Kubernetes alone.
    build: (folder) =>
      go(
        [
          "install",
          "-tags",
          "remove_all_sd,enable_kubernetes_sd",
          ...stripped,
          ...["prometheus", "promtool"].map((name) => `${PROMETHEUS}/${name}@v0.316.0`),
        ],
        folder,
        { GOBIN: folder },
      ),
  },
  {
    name: "alertmanager",
    version: "0.28.1",
    binaries: ["alertmanager"],
    elsewhere: searchPath,
    build: (folder) =>
      go(["install", ...stripped, "github.com/prometheus/alertmanager/cmd/alertmanager@v0.28.1"], folder, { GOBIN: folder }),
  },
  {
    name: "kustomize",
    version: "5.7.1",
    binaries: ["kustomize"],
    elsewhere: searchPath,
    build: (folder) => go(["install", ...stripped, "sigs.k8s.io/kustomize/kustomize/v5@v5.7.1"], folder, { GOBIN: folder }),
  },
  { name: "ministack", version: "1.5.33", binaries: ["ministack"], elsewhere: () => [], build: (folder) => pip("ministack", folder) },
  { name: "cfn-lint", version: "1.58.0", binaries: ["cfn-lint"], elsewhere: () => [], build: (folder) => pip("cfn-lint", folder) },
];

/** The part of that name. */
export function part(name: "kubernetes" | "prometheus" | "alertmanager" | "kustomize" | "ministack" | "cfn-lint"): Part {
  const found = parts.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`there is no part ${name}`);
  return found;
}

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

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
