// The real programs that the tests run against, and the one place they are found or put.

import { accessSync, constants, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { debian, goBuild, goInstall, pip } from "./commands.ts";
import type { Tool } from "./tools.ts";

/** A real program the tests run against: what it is called, where a machine may already have it, how it is built. */
export type Part = {
  readonly name: string;
  readonly version: string;
  readonly binaries: readonly string[];
  /** Folders of this machine that may already hold the binaries; none where another version than this one would not do. */
  readonly elsewhere?: () => readonly string[];
  /** What the machine must have to build it. */
  readonly needs: readonly Tool[];
  /** What it asks of the machine each time it runs. */
  readonly runsWith?: readonly Tool[];
  /** How long it is built on two cores when nothing of it was downloaded before. */
  readonly minutes: number;
  /** Whether only `--all` builds it. */
  readonly isExtra?: boolean;
  /** Whether the tests go on without it, because only one system has it. */
  readonly isOptional?: boolean;
  /** Puts the binaries into `folder`. */
  readonly build: (folder: string) => void;
};

const searchPath = () => (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
const PROMETHEUS = "github.com/prometheus/prometheus/cmd";
const VICTORIA_METRICS = "github.com/VictoriaMetrics/VictoriaMetrics/app";

const table = [
  {
    name: "kubernetes",
    version: "1.36.3",
    binaries: ["kube-apiserver", "etcd"],
    elsewhere: () => [process.env.KUBEBUILDER_ASSETS].filter((folder) => folder !== undefined),
    needs: ["go"],
    minutes: 4,
    build: (folder) => goBuild("kubernetes", ["./kube-apiserver", "./etcd"], folder),
  },
  {
    name: "prometheus",
    version: "0.316.0-kubernetes",
    binaries: ["prometheus", "promtool"],
    elsewhere: searchPath,
    needs: ["go"],
    minutes: 2,
    // Without the tags one service-discovery dependency cannot be downloaded; the tests need that of Kubernetes alone.
    build: (folder) =>
      goInstall([`${PROMETHEUS}/prometheus@v0.316.0`, `${PROMETHEUS}/promtool@v0.316.0`], folder, [
        "remove_all_sd",
        "enable_kubernetes_sd",
      ]),
  },
  {
    name: "alertmanager",
    version: "0.28.1",
    binaries: ["alertmanager"],
    elsewhere: searchPath,
    needs: ["go"],
    minutes: 1,
    build: (folder) => goInstall(["github.com/prometheus/alertmanager/cmd/alertmanager@v0.28.1"], folder),
  },
  {
    name: "victoria-metrics",
    version: "1.151.0",
    binaries: ["victoria-metrics", "vmalert"],
    needs: ["go"],
    minutes: 2,
    build: (folder) => goInstall([`${VICTORIA_METRICS}/victoria-metrics@v1.151.0`, `${VICTORIA_METRICS}/vmalert@v1.151.0`], folder),
  },
  {
    name: "kustomize",
    version: "5.7.1",
    binaries: ["kustomize"],
    elsewhere: searchPath,
    needs: ["go"],
    minutes: 1,
    build: (folder) => goInstall(["sigs.k8s.io/kustomize/kustomize/v5@v5.7.1"], folder),
  },
  {
    // The interpreter that Argo CD evaluates health checks with.
    name: "gopher-lua",
    version: "1.1.1",
    binaries: ["glua"],
    needs: ["go"],
    minutes: 1,
    build: (folder) => goInstall(["github.com/yuin/gopher-lua/cmd/glua@v1.1.1"], folder),
  },
  {
    name: "ministack",
    version: "1.5.33",
    binaries: ["ministack"],
    needs: ["python"],
    // It makes its certificate each time it starts.
    runsWith: ["openssl"],
    minutes: 1,
    build: (folder) => pip("ministack", folder),
  },
  {
    name: "cfn-lint",
    version: "1.58.0",
    binaries: ["cfn-lint"],
    needs: ["python"],
    minutes: 1,
    build: (folder) => pip("cfn-lint", folder),
  },
  {
    name: "prometheus-2.42",
    version: "0.42.0",
    binaries: ["prometheus", "promtool"],
    needs: ["go"],
    minutes: 4,
    isExtra: true,
    build: (folder) => goBuild("prometheus-2.42", [`${PROMETHEUS}/prometheus`, `${PROMETHEUS}/promtool`], folder),
  },
  {
    name: "victoria-metrics-1.79",
    version: "1.79.5",
    binaries: ["victoria-metrics", "vmalert"],
    needs: ["bookworm"],
    minutes: 1,
    isExtra: true,
    isOptional: true,
    build: (folder) => debian("victoria-metrics", ["victoria-metrics", "vmalert"], folder),
  },
  {
    name: "thanos",
    version: "0.42.0",
    binaries: ["thanos"],
    needs: ["go"],
    minutes: 9,
    isExtra: true,
    // Without the tag it builds, and panics at the first answer that it sends.
    build: (folder) => goBuild("thanos", ["github.com/thanos-io/thanos/cmd/thanos"], folder, ["slicelabels"]),
  },
  {
    name: "cortex",
    version: "1.21.1",
    binaries: ["cortex"],
    needs: ["go"],
    minutes: 7,
    isExtra: true,
    build: (folder) => goBuild("cortex", ["github.com/cortexproject/cortex/cmd/cortex"], folder, ["netgo", "slicelabels"]),
  },
] as const satisfies readonly Part[];

/** All of them, in the order in which they are built. */
export const parts: readonly Part[] = table;

/** The part of that name. */
export function part(name: (typeof table)[number]["name"]): Part {
  const found = parts.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`there is no part ${name}`);
  return found;
}

/** The folder that holds all binaries of the part, or undefined: the machine's own first, then the cache. */
export function locate({ elsewhere = () => [], ...part }: Part): string | undefined {
  return [...elsewhere(), cacheFolder(part)].find((folder) => part.binaries.every((name) => isExecutable(join(folder, name))));
}

/** The file of one program of the part; it throws where the part was not built. */
export function programOf(part: Part, binary: string): string {
  const folder = locate(part);
  if (folder !== undefined) return join(folder, binary);
  throw new Error(`there is no ${binary} ${part.version} here; to build it: npm run parts${part.isExtra === true ? " -- --all" : ""}`);
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

function cacheFolder({ name, version }: Pick<Part, "name" | "version">): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  return join(cache, "alertstatus", "parts", `${name}-${version}`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
