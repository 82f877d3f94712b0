// The programs that build the real parts: Go's own tool, and pip in a virtual environment.

import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needsOf, type Tool } from "./tools.ts";

const stripped = ["-trimpath", "-ldflags", "-s -w"];
const tagged = (tags: readonly string[]) => (tags.length === 0 ? [] : ["-tags", tags.join(",")]);

/** Puts programs that Go can install by their versioned names into `folder`. */
export function goInstall(packages: readonly string[], folder: string, tags: readonly string[] = []): void {
  run("go", ["install", ...tagged(tags), ...stripped, ...packages], { cwd: folder, env: { GOBIN: folder }, tool: "go" });
}

/** Builds programs by the module `<name>/go.mod` beside this file: where a module replaces others, Go does not install it by its name. */
export function goBuild(name: string, packages: readonly string[], folder: string, tags: readonly string[] = []): void {
  run("go", ["build", ...tagged(tags), ...stripped, "-o", `${folder}/`, ...packages], { cwd: join(import.meta.dirname, name), tool: "go" });
}

// A virtual environment may be moved, but what pip writes into its `bin` names the place it was made in: hence the Python is named here.
const LAUNCHER = '#!/bin/sh\nhere=$(dirname "$0")\nexec "$here/venv/bin/python" "$here/venv/bin/NAME" "$@"\n';

/** Makes a program from PyPI one file in `folder`, with exactly the packages that `python/<name>.txt` pins, none of which is built here. */
export function pip(name: string, folder: string): void {
  const requirements = join(import.meta.dirname, "python", `${name}.txt`);
  run("python3", ["-m", "venv", "venv"], { cwd: folder, tool: "python" });
  const words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"];
  run(join(folder, "venv/bin/python"), [...words, "--requirement", requirements], { cwd: folder, tool: "python" });
  writeFileSync(join(folder, name), LAUNCHER.replace("NAME", name));
  chmodSync(join(folder, name), 0o755);
}

/** Puts programs of a package of Debian into `folder`, without installing it: what it would start or need as a service stays away. */
export function debian(name: string, programs: readonly string[], folder: string): void {
  const cwd = mkdtempSync(join(tmpdir(), "debian-"));
  try {
    run("apt-get", ["-o", "APT::Sandbox::User=root", "download", name], { cwd, tool: "bookworm" });
    run("dpkg-deb", ["--extract", ...globSync("*.deb", { cwd }), "files"], { cwd, tool: "bookworm" });
    for (const program of programs) copyFileSync(join(cwd, "files/usr/bin", program), join(folder, program));
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

type Options = { readonly cwd: string; readonly env?: Readonly<Record<string, string>>; readonly tool: Tool };

function run(program: string, words: readonly string[], { cwd, env, tool }: Options): void {
  const done = spawnSync(program, words, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] });
  if (done.error) throw new Error(`Building the real parts needs ${needsOf(tool)}`, { cause: done.error });
  if (done.status !== 0) throw new Error(`${program} ${words.join(" ")} failed; its own messages stand above. It needs ${needsOf(tool)}`);
}
