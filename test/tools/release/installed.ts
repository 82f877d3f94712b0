// Packs the package, installs it into an empty folder as its user would, and runs it on the Node versions of this machine.

import { type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { buildExecutable } from "../../../infra/package/executable.ts";
import { buildRelease } from "../../../infra/package/release.ts";
import manifest from "../../../package.json" with { type: "json" };

/** A Node of this machine. */
export type Node = { readonly path: string; readonly version: string; readonly major: number };
export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type Installed = { readonly binaries: string; readonly packedBytes: number; readonly folder: string };
/** Where the single executable is, alone. */
export type Executable = Pick<Installed, "binaries" | "folder">;

/** Builds the release and installs its package; npm is offline, for there is nothing to download. */
export async function install(folder: string): Promise<Installed> {
  const release = join(folder, "release");
  await buildRelease(join(folder, "built"), release);
  const npm = (cwd: string, ...words: string[]) => execFileSync("npm", words, { cwd, encoding: "utf8", env: plainEnvironment() });
  const tarball = join(release, `alertstatus-${manifest.version}.tgz`);
  const empty = join(folder, "empty");
  mkdirSync(empty);
  npm(empty, "install", "--offline", "--no-audit", "--no-fund", "--silent", "--prefix", empty, tarball);
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(empty, "node_modules/alertstatus/package.json"), "utf8"));
  if (dependencies !== undefined || optionalDependencies !== undefined) throw new Error("the package has dependencies");
  return { binaries: join(empty, "node_modules/.bin"), packedBytes: statSync(tarball).size, folder: empty };
}

/** Builds the single executable of the package that {@link install} has built into the same folder. */
export async function buildAlone(folder: string): Promise<Executable> {
  const binaries = join(folder, "executable");
  mkdirSync(binaries);
  await buildExecutable(join(folder, "built"), process.execPath, join(binaries, "alertstatus"));
  return { binaries, folder };
}

/** Runs the single executable where there is no Node, nor anything else. */
export function runAlone({ binaries, folder }: Executable, [program = "", ...words]: readonly string[]): Promise<Ended> {
  return ended(
    spawn(join(binaries, program), words, { cwd: folder, env: { HOME: folder, PATH: binaries }, stdio: ["ignore", "pipe", "pipe"] }),
  );
}

/** One Node for each version that is on the PATH, this one among them. */
export function nodesAtHand(): readonly Node[] {
  const paths = [process.execPath, ...folders().map((folder) => join(folder, "node"))].filter((path) => existsSync(path));
  const nodes = paths.map((path) => {
    // By its own name, because the first on the PATH may be a script that runs another one.
    const [real = path, version = ""] = execFileSync(path, ["-p", "process.execPath + '\\n' + process.version"], {
      encoding: "utf8",
    }).split("\n");
    return [version, { path: real, version, major: Number.parseInt(version.slice(1), 10) }] as const;
  });
  return [...new Map(nodes).values()];
}

/** Runs a program of the package, or kubectl with the package's plugins, as a shell does: by its name and on the first Node of the PATH. */
export async function run(
  { binaries, folder }: Installed,
  node: Node,
  [program = "", ...words]: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const env = { ...plainEnvironment(), ...more, PATH: [dirname(node.path), binaries, ...folders()].join(delimiter) };
  return ended(spawn(program, words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] }));
}

async function ended(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  const [[code], stdout, stderr] = await Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

export function isInstalled(program: string): boolean {
  return folders().some((folder) => existsSync(join(folder, program)));
}

function folders(): readonly string[] {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
}

// As in a shell: without what npm says to the scripts that it runs.
function plainEnvironment(): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "TMPDIR", "LANG"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
