import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { locate, parts } from "./tools/parts/parts.ts";
import { missingOf, needsOf } from "./tools/parts/tools.ts";

const LEAST_MAJOR = 24;
// The service proxy of the real API server refuses loopback addresses: Prometheus listens here, in a network namespace of the run's own.
const NETWORK = 'ip link set lo up && ip addr add 10.200.0.1/32 dev lo && exec "$@"';

const [major] = process.versions.node.split(".");
if (Number(major) < LEAST_MAJOR) fail(`Node ${LEAST_MAJOR} or newer is needed, this is ${process.version}: run it by \`npm test\``);

// `npm test -- --all` also runs what needs the servers that `npm run parts -- --all` builds.
const isAll = process.argv.includes("--all");
const choices = process.argv.slice(2).filter((word) => word !== "--all");

const isolated = isolation();
const wanted = parts.filter(({ isExtra = false }) => isAll || !isExtra);
const absent = wanted.filter((part) => locate(part) === undefined);
const unbuilt = absent.filter(({ isOptional = false }) => !isOptional).flatMap(({ binaries }) => binaries);
const missing = [
  ...(unbuilt.length > 0 ? [`${unbuilt.join(", ")} (to build them: npm run parts${isAll ? " -- --all" : ""})`] : []),
  ...(isolated === undefined ? ["a network namespace (Linux, with `unshare` and `ip`, as root or with user namespaces allowed)"] : []),
];
const isComplete = missing.length === 0;
if (!isComplete && process.env.REAL_PARTS === "required") fail(`REAL_PARTS=required, but this is missing: ${missing.join(", ")}`);
// A browser cannot be built here: where there is none, only the tests of the page in one are left out.
const tools = [...missingOf(["chromium"])].map(needsOf);
const optional = absent.filter(({ isOptional = false }) => isOptional);

const vitest = [
  process.execPath,
  join(import.meta.dirname, "../node_modules/vitest/vitest.mjs"),
  "run",
  "--config",
  "test/vitest.config.ts",
];
const leftOut = isComplete ? (isAll ? [] : ["dialects"]) : ["real", "system", "dialects"];
const projects = leftOut.map((project) => `--project=!${project}`);
const [program = "", ...words] = [...(isComplete ? (isolated ?? []) : []), ...vitest, ...projects, ...choices];
// What several hundred processes load, Node compiles once.
const compiled = { NODE_COMPILE_CACHE: join(import.meta.dirname, "../.build/compiled") };
// The servers and tools in Go live for minutes: what they would collect meanwhile costs more than it frees.
const settings = { ...compiled, GOGC: "800", ...process.env };
const run = spawnSync(program, words, { stdio: "inherit", cwd: join(import.meta.dirname, ".."), env: settings });

if (!isComplete)
  console.error(
    `\nLEFT OUT: the tests against the real API server, the real Prometheus and the local cloud. Missing: ${missing.join(", ")}\n`,
  );
if (tools.length > 0) console.error(`\nLEFT OUT: the tests of the page in a real browser. Missing: ${tools.join(", ")}\n`);
if (isComplete && optional.length > 0)
  console.error(`\nLEFT OUT: the tests of ${optional.map(({ name }) => name).join(", ")} (to install it: npm run parts -- --all)\n`);
process.exitCode = run.status ?? 1;

/** The words that put a program into a namespace of its own, where all its processes end with it; undefined where this machine has none. */
function isolation(): string[] | undefined {
  const options = ["--net", "--pid", "--fork", "--kill-child"];
  const ways = [options, ["--user", "--map-root-user", ...options]].map((way) => ["unshare", ...way, "sh", "-c", NETWORK, "sh"]);
  return ways.find(([name = "", ...way]) => spawnSync(name, [...way, "true"], { stdio: "ignore" }).status === 0);
}

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}
