// Tries the package as it would be released: packed, installed into an empty folder, and asked for everything that it can do.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locate, part } from "./parts/parts.ts";
import {
  buildAlone,
  type Executable,
  type Installed,
  install,
  isInstalled,
  type Node,
  nodesAtHand,
  run,
  runAlone,
} from "./release/installed.ts";
import { real, type Scene, simulated } from "./release/scenes.ts";
import { type Step, steps, stepsInScene, TOO_OLD } from "./release/steps.ts";
import { walk } from "./release/walk.ts";

const MAX_PACKED_BYTES = 1_000_000;
const HELP_AT_MOST_MS = 150;
const RUNS = 7;
const LEAST_MAJOR = 24;

const failures: string[] = [];
const leftOut = new Set<string>();
const folder = mkdtempSync(join(tmpdir(), "alertstatus-release-"));
try {
  await check(await install(folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const missing of leftOut) console.error(`LEFT OUT: ${missing}`);
for (const failure of failures) console.error(`FAILED: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function check(installed: Installed): Promise<void> {
  const { packedBytes } = installed;
  console.log(`The package: ${packedBytes} bytes packed, of at most ${MAX_PACKED_BYTES}`);
  if (packedBytes > MAX_PACKED_BYTES) failures.push(`the package has ${packedBytes} bytes`);
  const nodes = nodesAtHand();
  for (const node of nodes.filter(({ major }) => major < LEAST_MAJOR)) await refuse(installed, node);
  const usable = nodes.filter(({ major }) => major >= LEAST_MAJOR);
  for (const node of usable) for (const step of steps) await take(step, installed, node);
  const scenes = [simulated, ...(locate(part("kubernetes")) === undefined ? [] : [real])];
  if (scenes.length === 1) leftOut.add("the real API server (to build it: npm run parts)");
  for (const node of usable) for (const start of scenes) await play(await start(mkdtempSync(join(folder, "scene-"))), installed, node);
  await walkOn(installed, usable);
  await tryAlone(await buildAlone(folder));
  await time(installed, usable);
}

async function walkOn(installed: Installed, [node]: readonly Node[]): Promise<void> {
  const needed = (["kubernetes", "prometheus", "ministack"] as const).filter((name) => locate(part(name)) === undefined);
  const missing = [...needed, ...(isInstalled("kubectl") ? [] : ["kubectl"])];
  if (missing.length > 0) leftOut.add(`the walk of a newcomer (${missing.join(", ")}: npm run parts builds all but kubectl)`);
  else if (node !== undefined) for (const { title, isOk, seen } of await walk(installed, node)) note(`walk: ${title}`, isOk, seen);
}

async function tryAlone(executable: Executable): Promise<void> {
  for (const { typed, says } of steps.filter(({ typed: [program] }) => program === "alertstatus")) {
    const { code, stdout, stderr } = await runAlone(executable, typed);
    note(`without a Node: ${typed.join(" ")}`, code === 0 && says.test(stdout), `exit ${code}\n${stdout}${stderr}`);
  }
}

async function refuse(installed: Installed, node: Node): Promise<void> {
  const typed = ["alertstatus", "--version"];
  const { code, stdout, stderr } = await run(installed, node, typed);
  note(`${node.version}: refused in words`, code === 2 && stdout === "" && TOO_OLD.test(stderr), `${code} ${stdout}${stderr}`);
}

async function play(scene: Scene, installed: Installed, node: Node): Promise<void> {
  try {
    for (const step of stepsInScene) await take(step, installed, node, scene);
  } finally {
    await scene.close();
  }
}

async function take(step: Step, installed: Installed, node: Node, scene?: Scene): Promise<void> {
  const { typed, says, code: expected = 0 } = step;
  const [program] = typed;
  if (program === "kubectl" && !isInstalled(program)) leftOut.add("kubectl (it is not on this machine)");
  else {
    const words = typed.map((word) => (word === "FLEET" ? (scene?.fleet ?? word) : word));
    const { code, stdout, stderr } = await run(installed, node, words, { KUBECONFIG: scene?.kubeconfig });
    const title = `${node.version}${scene === undefined ? "" : `, ${scene.name}`}: ${typed.join(" ")}`;
    note(title, code === expected && says.test(stdout), `exit ${code}\n${stdout}${stderr}`);
  }
}

// The time is printed and not asserted: it is that of a machine that may be busy.
async function time(installed: Installed, nodes: readonly Node[]): Promise<void> {
  for (const node of nodes) {
    const times: number[] = [];
    for (let index = 0; index < RUNS; index++) {
      const begun = performance.now();
      await run(installed, node, ["alertstatus", "--help"]);
      times.push(performance.now() - begun);
    }
    const median = times.toSorted((one, other) => one - other)[Math.floor(RUNS / 2)] ?? Number.NaN;
    console.log(`${node.version}: --help takes ${Math.round(median)} ms, the median of ${RUNS}; ${HELP_AT_MOST_MS} ms are the aim`);
  }
}

function note(title: string, isOk: boolean, seen: string): void {
  console.log(`${isOk ? "ok      " : "FAILED  "}${title}`);
  if (!isOk) failures.push(`${title}\n${seen.trimEnd()}`);
}
