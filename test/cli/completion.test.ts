// Tries what a shell offers while a command line is typed.

import { describe, expect, test } from "vitest";
import { alertstatus, bash } from "./alertstatus.ts";

const offered = async (...words: readonly string[]) => (await alertstatus(["__complete", "--", ...words])).stdout.trimEnd().split("\n");

describe("a shell is offered", () => {
  test.each<{ typed: readonly string[]; words: readonly string[]; rest: ":0" | ":4" }>([
    { typed: ["rec"], words: ["reconcile", "receiver"], rest: ":4" },
    { typed: ["fleet", "pu"], words: ["push"], rest: ":4" },
    { typed: ["fleet", "push", "--d"], words: ["--dry-run"], rest: ":4" },
    { typed: ["reconcile", "--output", "t"], words: ["table"], rest: ":4" },
    { typed: ["reconcile", "-o", "j"], words: ["json"], rest: ":4" },
    { typed: ["completion", "f"], words: ["fish"], rest: ":4" },
    { typed: ["fleet", "validate", "--fleet", "my"], words: [], rest: ":0" },
    { typed: ["nonsense", ""], words: [], rest: ":0" },
    { typed: ["constructor", ""], words: [], rest: ":0" },
    { typed: ["__"], words: [], rest: ":4" },
  ])("$words after $typed", async ({ typed, words, rest }) => {
    const lines = await offered(...typed);
    expect(lines.map((line) => line.split("\t")[0])).toEqual([...words, rest]);
  });

  test("what each word is for", async () => {
    expect(await offered("fleet", "val")).toEqual(["validate\tcheck a fleet file; no cluster is contacted", ":4"]);
  });
});

test("bash completes a command by the printed script", async () => {
  const line = `alertstatus() { local IFS=' '; $CLI "$@"; }
    source <(alertstatus completion bash)
    COMP_WORDS=(alertstatus fleet va) COMP_CWORD=2
    _alertstatus && echo "\${COMPREPLY[@]}"`;
  expect(await bash(line, ".")).toMatchObject({ code: 0, stdout: "validate\n" });
});

test.each(["zsh", "fish", "powershell"])("a script for %s is printed", async (shell) => {
  const { code, stdout } = await alertstatus(["completion", shell]);
  expect(code).toBe(0);
  expect(stdout).toContain("alertstatus __complete -- ");
});

test("the printed schema of a fleet names its version", async () => {
  const { stdout } = await alertstatus(["fleet", "schema"]);
  expect(JSON.parse(stdout)).toMatchObject({ $id: expect.stringMatching(/alertstatus@\d+\.\d+\.\d+\/fleet\.schema\.json$/) });
});
