// Makes once what several processes of the tests need, and anew where a source of it has changed.

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildFunctions } from "../../infra/build.ts";
import { buildPackage } from "../../infra/package/build.ts";

const ROOT = join(import.meta.dirname, "../..");
const MADE = join(ROOT, ".build/made");
// All that a build reads, its libraries by their versions.
const SOURCES = ["functions", "infra", "serverless.yml", "package.json", "package-lock.json", "README.md", "test/infra/packaged.ts"];
const LOOK_EVERY_MS = 100;
// The lock of a process that was killed gets older; one that osls keeps busy cannot touch its own for some seconds.
const BEAT_MS = 2_000;
const GIVEN_UP_MS = 60_000;
const OLD_MS = 24 * 3_600_000;

/** The folder that `make` has filled from the sources of today; nothing is to be changed there. */
export async function madeOnce(what: object, make: (folder: string) => unknown): Promise<string> {
  const digest = createHash("sha256")
    .update(JSON.stringify([what, process.version, sourcesDigest()]))
    .digest("hex")
    .slice(0, 16);
  const folder = join(MADE, digest);
  const lock = `${folder}.lock`;
  mkdirSync(MADE, { recursive: true });
  while (!existsSync(folder)) {
    if (isTaken(lock)) await sleep(LOOK_EVERY_MS);
    else await makeInto(folder, lock, make);
  }
  // What is in use is not old.
  utimesSync(folder, new Date(), new Date());
  return folder;
}

/** A folder with the functions as they are deployed from a clone in `functions`, and what the build says of them in `bundles.json`. */
export function builtFunctions(): Promise<string> {
  return madeOnce({ functions: "all" }, async (folder) =>
    writeFileSync(join(folder, "bundles.json"), JSON.stringify(await buildFunctions(join(folder, "functions")))),
  );
}

/** The folder of the npm package as it is built; nothing is to be changed there. */
export function builtPackage(): Promise<string> {
  return madeOnce({ package: "npm" }, buildPackage);
}

async function makeInto(folder: string, lock: string, make: (folder: string) => unknown): Promise<void> {
  removeOld();
  const draft = mkdtempSync(`${folder}.draft-`);
  const stillMade = setInterval(() => writeFileSync(lock, ""), BEAT_MS);
  try {
    await make(draft);
    keep(draft, folder);
  } finally {
    clearInterval(stillMade);
    for (const left of [draft, lock]) rmSync(left, { recursive: true, force: true });
  }
}

// Where two have made it, the first is kept.
function keep(draft: string, folder: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

function isTaken(lock: string): boolean {
  try {
    writeFileSync(lock, "", { flag: "wx" });
    return false;
  } catch (error) {
    if (Object(error).code !== "EEXIST") throw error;
    if (ageOf(lock) > GIVEN_UP_MS) rmSync(lock, { force: true });
    return true;
  }
}

function removeOld(): void {
  for (const name of readdirSync(MADE)) if (ageOf(join(MADE, name)) > OLD_MS) rmSync(join(MADE, name), { recursive: true, force: true });
}

function ageOf(file: string): number {
  return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

let digestOfSources: string | undefined;

function sourcesDigest(): string {
  digestOfSources ??= SOURCES.flatMap((source) => filesUnder(join(ROOT, source)))
    .reduce((sum, file) => sum.update(`${file}\0`).update(readFileSync(file)), createHash("sha256"))
    .digest("hex");
  return digestOfSources;
}

function filesUnder(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ parentPath, name }) => join(parentPath, name)).toSorted();
}
