// The first file of the single executable: lays the package out, once for each build, and starts it there.
"use strict";

const { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { homedir } = require("node:os");
const { basename, dirname, join } = require("node:path");
const { getAsset, getAssetKeys } = require("node:sea");

// Beside the package itself, an asset that names the build.
const BUILD = "BUILD";
const PLUGIN = /^kubectl[-_]/;
const COMPLETION = /^kubectl_complete-/;

/** Writes all files into a folder of their own, which takes its name when it is whole: another start may do the same beside it. */
function unpack(folder) {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  const fresh = mkdtempSync(`${folder}-`);
  for (const name of getAssetKeys().filter((key) => key !== BUILD)) {
    const file = join(fresh, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, Buffer.from(getAsset(name)));
  }
  try {
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
const folder = join(caches, "alertstatus", "package", getAsset(BUILD, "utf8"));
try {
  if (!existsSync(folder)) unpack(folder);
} catch (error) {
  process.stderr.write(`error: alertstatus lays its files out in ${folder}: ${error.message}: let it write there, or set XDG_CACHE_HOME\n`);
  process.exit(2);
}
const name = basename(process.execPath === process.argv[1] ? process.argv0 : process.argv[1]);
const words = COMPLETION.test(name) ? ["__complete", "--"] : [];
createRequire(join(folder, "bin", "launch.cjs"))("./launch.cjs")(PLUGIN.test(name) ? "kubectl alertstatus" : "alertstatus", words);
