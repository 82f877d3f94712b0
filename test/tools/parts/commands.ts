import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Runs the Go tool, which builds what it downloads by itself. */
export function go(words: readonly string[], cwd: string, env: Record<string, string> = {}): void {
  run("go", words, { cwd, env, needs: "Go 1.26 or newer: https://go.dev/dl/" });
}

// A virtual environment may be moved, but what pip writes into its `bin` names the place it was made in: hence the Python is named here.
const LAUNCHER = '#!/bin/sh\nhere=$(dirname "$0")\nexec "$here/venv/bin/python" "$here/venv/bin/NAME" "$@"\n';

/** Makes a program from PyPI one file in `folder`, with exactly the packages that `python/<name>.txt` pins, none of which is built here. */
export function pip(name: string, folder: string): void {
  const needs = "Python 3.10 or newer with its `venv` module (Debian: apt-get install python3-venv)";
  const requirements = join(import.meta.dirname, "python", `${name}.txt`);
  run("python3", ["-m", "venv", "venv"], { cwd: folder, needs });
  const words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"];
  run(join(folder, "venv/bin/python"), [...words, "--requirement", requirements], { cwd: folder, needs });
  writeFileSync(join(folder, name), LAUNCHER.replace("NAME", name));
  chmodSync(join(folder, name), 0o755);
}

type Options = { readonly cwd: string; readonly env?: Record<string, string>; readonly needs: string };

function run(program: string, words: readonly string[], { cwd, env, needs }: Options): void {
  const done = spawnSync(program, words, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] });
  if (done.error) throw new Error(`Building the real parts needs ${needs}, found as \`${program}\` on the PATH`, { cause: done.error });
  if (done.status !== 0) throw new Error(`${program} ${words.join(" ")} failed; its own messages stand above. It needs ${needs}`);
}
