// Builds the package into one executable with its own Node, for machines that have none.

import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { inject } from "postject";
import manifest from "../../package.json" with { type: "json" };
import { buildPackage } from "./build.ts";

// https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const MAIN = join(import.meta.dirname, "unpack.cjs");

/** Writes an executable of the built package, with the Node at a path, which may be one of another architecture. */
export async function buildExecutable(packageFolder: string, node: string, executable: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "alertstatus-executable-"));
  try {
    const names = readdirSync(packageFolder, { recursive: true, encoding: "utf8" });
    const files = names.map((name) => join(packageFolder, name)).filter((file) => statSync(file).isFile());
    const build = join(folder, "BUILD");
    writeFileSync(build, hash("sha256", files.map((file) => hash("sha256", readFileSync(file))).join()).slice(0, 12));
    const assets = Object.fromEntries(files.map((file) => [relative(packageFolder, file), file]));
    const [config, output] = [join(folder, "config.json"), join(folder, "blob")];
    const settings = { main: MAIN, output, disableExperimentalSEAWarning: true, assets: { ...assets, BUILD: build } };
    writeFileSync(config, JSON.stringify(settings));
    execFileSync(process.execPath, ["--experimental-sea-config", config], { stdio: ["ignore", "ignore", "pipe"] });
    copyFileSync(node, executable);
    chmodSync(executable, 0o755);
    await inject(executable, "NODE_SEA_BLOB", readFileSync(output), { sentinelFuse: FUSE });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Builds the executable for this machine, packs it, and writes its checksum beside it. */
async function buildArchive(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const built = mkdtempSync(join(tmpdir(), "alertstatus-executable-"));
  try {
    mkdirSync(folder, { recursive: true });
    await buildPackage(join(built, "package"));
    await buildExecutable(join(built, "package"), process.execPath, join(built, "alertstatus"));
    const archive = `alertstatus-${manifest.version}-${process.platform}-${process.arch}.tar.gz`;
    execFileSync("tar", ["-czf", join(folder, archive), "-C", built, "alertstatus"]);
    writeFileSync(join(folder, `${archive}.sha256`), `${hash("sha256", readFileSync(join(folder, archive)))}  ${archive}\n`);
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
}

if (import.meta.main) await buildArchive(join(import.meta.dirname, "../../.build/executable"));
