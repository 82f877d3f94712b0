// Holds the transcripts of the chapter "Before you let it write" to what the commands print.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { alertstatus } from "./alertstatus.ts";
import { type Story, startStory, UNTIL } from "./replay-story.ts";

const README = join(import.meta.dirname, "../../functions/replay/README.md");
const BLOCK = /```console\n\$ alertstatus ([^\n]+)\n[\s\S]*?```/g;

let story: Story;
beforeAll(async () => {
  story = await startStory();
});
afterAll(() => story?.close());

test("the chapter has the transcripts of five commands (ALERTSTATUS_WRITE=1 writes them anew)", async () => {
  const written = await readFile(README, "utf8");
  const commands = [...written.matchAll(BLOCK)].map(([, words = ""]) => words);
  expect(commands).toHaveLength(5);
  const printed = new Map<string, string>();
  for (const words of commands) printed.set(words, await transcriptOf(words));
  const expected = written.replaceAll(BLOCK, (_, words: string) => `\`\`\`console\n$ alertstatus ${words}\n${printed.get(words)}\`\`\``);
  if (process.env.ALERTSTATUS_WRITE === "1") await writeFile(README, expected);
  else expect(written).toBe(expected);
});

async function transcriptOf(words: string): Promise<string> {
  const { stdout, stderr } = await alertstatus(words.replace("fleet.yml", join(story.folder, "fleet.yml")).split(" "));
  // What is told of now is the time of the test.
  return (stdout + stderr).replaceAll(/(?<=evaluated )[-\dT:]+Z/g, UNTIL);
}
