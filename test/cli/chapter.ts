// Holds the transcripts of a chapter to what its commands print.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { alertstatus } from "./alertstatus.ts";

const README = join(import.meta.dirname, "../../functions/replay/README.md");
const BLOCK = /```console\n\$ alertstatus ([^\n]+)\n[\s\S]*?```/g;

/** Runs the commands of a chapter in their order, on the fleet of a folder; ALERTSTATUS_WRITE=1 writes their transcripts anew. */
export async function checkChapter(title: string, count: number, folder: string, shown: (printed: string) => string): Promise<void> {
  const readme = await readFile(README, "utf8");
  const written = readme.split(/^(?=## )/m).find((chapter) => chapter.startsWith(`## ${title}\n`)) ?? "";
  const commands = [...written.matchAll(BLOCK)].map(([, words = ""]) => words);
  expect(commands).toHaveLength(count);
  const printed: string[] = [];
  for (const words of commands) {
    const { stdout, stderr } = await alertstatus(words.replace(/[a-z]+\.yml/, (file) => join(folder, file)).split(" "));
    printed.push(shown(stdout + stderr).replaceAll(`${folder}/`, ""));
  }
  const expected = written.replaceAll(BLOCK, (_, words: string) => `\`\`\`console\n$ alertstatus ${words}\n${printed.shift()}\`\`\``);
  if (process.env.ALERTSTATUS_WRITE === "1")
    await writeFile(
      README,
      readme.replace(written, () => expected),
    );
  else expect(written).toBe(expected);
}
