// Holds the transcripts of infra/at-three-in-the-morning.md to what the commands print of a night of 300 clusters.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { clock } from "../../functions/clock.ts";
import { alertstatus } from "./alertstatus.ts";
import { type Night, NOW_MS, startNight } from "./night.ts";

const CHAPTER = join(import.meta.dirname, "../../infra/at-three-in-the-morning.md");
const BLOCK = /```console\n\$ alertstatus ([^\n]+)\n[\s\S]*?```/g;

let night: Night;
beforeAll(async () => {
  vi.spyOn(clock, "nowMs").mockReturnValue(NOW_MS);
  night = await startNight();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await night?.close();
});

test("each question at three in the morning is answered by one command, as the transcripts show (ALERTSTATUS_WRITE=1 writes them anew)", async () => {
  const written = await readFile(CHAPTER, "utf8");
  const commands = [...written.matchAll(BLOCK)].map(([, words = ""]) => words);
  const rows = [...written.matchAll(/^\| [^|]+\? \| `alertstatus ([^`]+)` \|$|^\| Mute it \| `alertstatus ([^`]+)` \|$/gm)];
  expect(commands).toEqual(rows.map(([, question, mute]) => question ?? mute));
  expect(commands).toHaveLength(7);
  const printed = new Map<string, string>();
  for (const words of commands) printed.set(words, await transcriptOf(words));
  const expected = written.replaceAll(BLOCK, (_, words: string) => `\`\`\`console\n$ alertstatus ${words}\n${printed.get(words)}\`\`\``);
  if (process.env.ALERTSTATUS_WRITE === "1") await writeFile(CHAPTER, expected);
  else expect(written).toBe(expected);
});

test("a link to a page that is not kept says how to keep one", async () => {
  const { code, stderr } = await alertstatus(["status", "--stage", "prod", "--open"], night.env);
  expect([code, stderr]).toEqual([2, "error: the stack alertstatus-prod keeps no page: deploy it with --param page=true\n"]);
});

async function transcriptOf(line: string): Promise<string> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain = ""]) => quoted ?? plain);
  const env = { ...night.env, TZ: "UTC", NO_COLOR: "1" };
  const { stdout, stderr } = await alertstatus(words, env, { isTTY: true, columns: 130 });
  return stdout + stderr;
}
