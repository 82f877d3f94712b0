// Tries what only a process of its own shows: loaded modules, exit codes, pipes and signals.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve } from "../support/http-server.ts";
import { bash, startAlertstatus } from "./alertstatus.ts";

const ROOT = join(import.meta.dirname, "../..");
const SLOW = { timeout: 60_000 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-process-"));
  // Its output is larger than the buffer of a pipe.
  const clusters = Array.from({ length: 1_000 }, (_, index) => ({
    name: `cluster-${index}`,
    paused: index > 0,
    kubernetes: { server: "https://127.0.0.1:1" },
  }));
  await writeFile(join(folder, "fleet.json"), JSON.stringify({ clusters }));
});
afterAll(() => rm(folder, { recursive: true }));

test("help exits with 0 and loads no module that it does not need", SLOW, async () => {
  // Writes the URL of every loaded module.
  const hooks = `import { registerHooks } from "node:module"; import { writeSync } from "node:fs";
    registerHooks({ load(url, context, next) { writeSync(2, url + "\\n"); return next(url, context); } });`;
  const { ended } = startAlertstatus(["--help"], ["--import", `data:text/javascript,${encodeURIComponent(hooks)}`]);
  const { code, stdout, stderr } = await ended;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: npm run -s cli -- \[options\] \[command\]/);
  expect(stderr).toContain("node_modules/commander/");
  expect(stderr).not.toMatch(/node_modules\/(undici|@aws-sdk|@smithy|@kubernetes|yaml|cli-table3)\//);
});

test.each([
  { words: ["fleet", "validate", "--fleet", "fleet.json"], code: 0, says: "" },
  { words: ["cleanup", "--fleet", "fleet.json", "--cluster", "cluster-0"], code: 1, says: "cluster-0: unreachable: " },
  { words: ["fleet", "validate", "--fleet", "missing.json"], code: 2, says: "error: missing.json: there is no such file" },
])("$words exits with $code", SLOW, async ({ words, code, says }) => {
  expect(await bash(`$CLI ${words.join(" ")}`, folder)).toMatchObject({ code, stderr: expect.stringContaining(says) });
});

test.each([
  { line: "$CLI --help | head -1", code: 0 },
  { line: "$CLI rules render | true", code: 0 },
  { line: "$CLI reconcile --fleet fleet.json -o json | head -c 10", code: 1 },
  { line: "$CLI nonsense 2>&1 | true", code: 2 },
])("the closed pipe of `$line` is no error", SLOW, async ({ line, code }) => {
  const ended = await bash(`${line}; exit \${PIPESTATUS[0]}`, folder);
  expect(ended).toMatchObject({ code, stderr: "" });
});

test("Ctrl-C ends the process with 130 while a server keeps it waiting", SLOW, async () => {
  const requested = Promise.withResolvers<void>();
  const server = await serve(() => requested.resolve());
  const fleet = join(folder, "slow.json");
  await writeFile(fleet, JSON.stringify({ clusters: [{ name: "slow", kubernetes: { server: server.url } }] }));
  const { child, ended } = startAlertstatus(["reconcile", "--fleet", fleet]);
  await requested.promise;
  child.kill("SIGINT");
  expect(await ended).toMatchObject({
    code: 130,
    signal: null,
    stdout: "",
    stderr: expect.stringContaining("interrupted: 0 of 1 clusters"),
  });
  await server.close();
});

test("paths are relative to the working directory of the user, also where npm runs the command", SLOW, async () => {
  const valid = { code: 0, stdout: "valid: 1000 clusters, 999 of them paused\n" };
  expect(await bash(`npm --prefix ${ROOT} run -s cli -- fleet validate --fleet fleet.json`, folder)).toMatchObject(valid);
  const asByNpm = `npm_lifecycle_event=cli INIT_CWD=${folder}`;
  expect(await bash(`${asByNpm} FLEET=file:fleet.json $CLI fleet validate`, ROOT)).toMatchObject(valid);
  const missing = { code: 2, stderr: expect.stringContaining("there is no such file") };
  expect(await bash(`${asByNpm} $CLI fleet validate --fleet README.md`, ROOT)).toMatchObject(missing);
});
