// Sits at a terminal before a fleet, and asks what is asked at three in the morning.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { alertstatus } from "./alertstatus.ts";
import { sittingBefore } from "./terminal-suite.ts";

sittingBefore(100);

describe("a person at three in the morning", () => {
  const read = (page: string) => readFileSync(join(import.meta.dirname, "../..", page), "utf8");
  const [, table = ""] = /## At three in the morning\n([\s\S]*?)\n## /.exec(read("README.md")) ?? [];
  const questions = [...`${table}${read("functions/cli/README.md")}`.matchAll(/^\| ([^|]+\?) \| `alertstatus ([^`]+)` \|$/gm)].map(
    ([, question = "", command = ""]) => ({ question, command }),
  );

  test("finds at least eight questions in README and in the page of the commands, and one command for each", () => {
    expect(questions.length).toBeGreaterThanOrEqual(8);
  });

  test.each(questions)("asks: $question", async ({ command }) => {
    const words = command.split(" ").map((word) => word.replaceAll("'", ""));
    const options = words.filter((word) => word.startsWith("-"));
    const path = words.slice(
      0,
      words.findIndex((word) => /^[-A-Z]/.test(word)),
    );
    const { code, stdout } = await alertstatus([...path, "--help"]);
    expect(code).toBe(0);
    expect(options.filter((option) => !stdout.includes(option))).toEqual([]);
  });
});
