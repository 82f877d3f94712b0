// Walks through README as its reader does, on a cluster and a stack that are played here, and holds the transcripts of the pages to what is printed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text as readAll } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import manifest from "../../package.json" with { type: "json" };
import { alertstatus, type Ended } from "../cli/alertstatus.ts";
import { read } from "../house.ts";
import { type Block, blocksOf } from "./pages.ts";
import { CLUSTER, EVALUATED, type Scene, startScene } from "./scene.ts";
import { expectPage } from "./written.ts";

let scene: Scene;
beforeAll(async () => {
  scene = await startScene();
});
afterAll(() => scene?.close());

const inFolder = (file: string) => join(scene.folder, file);

/** Runs a line, as far as the pages need a shell for that: files are those of the scene, and so is the cluster N. */
async function type(line: string): Promise<Ended> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  const known = words.slice(1).map((word) => (word === "N" ? CLUSTER : /^[\w-]+\.yml$/.test(word) ? inFolder(word) : word));
  return alertstatus(known, scene.env);
}

/** Types a line, leaves what it prints where the line says, and tells what failed. */
async function typed(line: string): Promise<readonly object[]> {
  const [command = "", file] = (line.replace(/ +# .*$/, "").split(" | ")[0] ?? "").split(" > ");
  const { code, stdout, stderr } = await type(command);
  if (file !== undefined) await writeFile(inFolder(file), stdout);
  return code === 2 || /^error: |ran into a bug/m.test(stderr) ? [{ line, code, stdout, stderr }] : [];
}

/** Does what a block says: writes its files and types its lines, or adds fields to the cluster in the fleet file of `init`. */
async function follow({ language, body }: Block, ofInit: string): Promise<readonly object[]> {
  if (language === "yaml") {
    const { clusters } = parse(ofInit);
    await writeFile(inFolder("fleet.yml"), stringify({ clusters: [{ ...clusters[0], ...parse(body) }] }));
  }
  const failed: object[] = [];
  for (const [line, file, content = ""] of language === "sh"
    ? body.matchAll(/^alertstatus .*|^cat > (\S+) <<'EOF'\n([\s\S]*?)^EOF$/gm)
    : []) {
    if (file !== undefined) await writeFile(inFolder(file), content);
    else failed.push(...(await typed(line)));
  }
  return failed;
}

test("README is walked through from the first command to the last", { timeout: 120_000 }, async () => {
  const failed: object[] = [];
  let ofInit = "";
  for (const block of blocksOf("README.md")) {
    failed.push(...(await follow(block, ofInit)));
    if (block.body.includes(" init > ")) ofInit = await readFile(inFolder("fleet.yml"), "utf8");
  }
  const questions = [...read("README.md").matchAll(/ \| `(alertstatus [^`]+)` \|$/gm)].map(([, line = ""]) => line);
  expect(questions.length).toBeGreaterThanOrEqual(8);
  // A watch does not end by itself: that its words are right is held by commands.test.ts.
  for (const line of questions.filter((one) => !one.includes("--watch"))) failed.push(...(await typed(line)));
  expect(failed).toEqual([]);
});

const ROOT = join(import.meta.dirname, "../..");
const [, DEMO = ""] = /^node (\S+)$/.exec(manifest.scripts.start) ?? [];

test("npm start plays an outage to its end", { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, [DEMO], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const [[code], stdout, stderr] = await Promise.all([once(child, "close"), readAll(child.stdout), readAll(child.stderr)]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const counts = [...stdout.matchAll(/ 9 conditions: (.*)$/gm)].map(([, statuses]) => statuses);
  expect([counts[0], counts.at(-1)]).toEqual(["9 True", "9 True"]);
  expect(counts).toContain("8 True, 1 False");
  expect(counts).toContain("6 True, 3 Unknown");
  const [, page = ""] = /^The fleet as a page, for any browser: (\S+)$/m.exec(stdout) ?? [];
  expect(await readFile(page, "utf8")).toContain("prod-us-1");
});

test("npm start -- --stay leaves the clusters up, and prints what to type to see them", { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, [DEMO, "--stay"], { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) {
    const [, typed] = /^ {2}npm run -s cli -- (status .*) -w$/.exec(line) ?? [];
    if (typed === undefined) continue;
    const { code, stdout } = await alertstatus(typed.split(" "));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("3 clusters; conditions: 0 False, 0 Unknown, 9 True") });
    child.kill("SIGINT");
  }
  expect(await closed).toEqual([130, null]);
});

const TRANSCRIPT = /```console\n\$ (alertstatus [^\n]+)\n[\s\S]*?```/g;

test.each([
  { page: "README.md", what: "why a pipeline is False", stage: () => writeFile(inFolder("fleet.yml"), scene.fleet) },
  { page: "infra/cluster/README.md", what: "what a push changes", stage: () => scene.pushBefore("fleet.yml") },
])("the transcript of $page tells $what (ALERTSTATUS_WRITE=1 writes it anew)", async ({ page, stage }) => {
  await stage();
  const written = read(page);
  const printed = new Map<string, string>();
  for (const [, line = ""] of written.matchAll(TRANSCRIPT)) {
    const { stdout, stderr } = await type(line);
    printed.set(
      line,
      (stdout + stderr)
        .replaceAll(/(?<=evaluated )[-\dT:]+Z/g, EVALUATED)
        .replaceAll(`${scene.folder}/`, "")
        .replaceAll(/versionId=v\d+/g, "versionId=…"),
    );
  }
  expect(printed.size).toBe(1);
  expectPage(
    page,
    written,
    written.replaceAll(TRANSCRIPT, (_, line: string) => `\`\`\`console\n$ ${line}\n${printed.get(line)}\`\`\``),
  );
});

const URL = "https://receiver.lambda-url.eu-central-1.on.aws/";

test.each([{ sender: "prometheus" }, { sender: "alertmanager" }])(
  "infra/README.md shows the configuration of $sender",
  async ({ sender }) => {
    const words = ["receiver", "config", "--cluster", CLUSTER, "--format", sender];
    const { stdout } = await alertstatus(words, { RECEIVER_URL: URL });
    const body = stdout.replaceAll(/^#.*\n/gm, "").replaceAll("receiver.lambda-url", "….lambda-url");
    expect(blocksOf("infra/README.md")).toContainEqual({ language: "yaml", body });
  },
);
