// Nothing that a server or the author of a fleet says steers a terminal, on either stream and in any format.

import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { attentionLines } from "../../functions/cli/attention-output.ts";
import { outcomeTable } from "../../functions/cli/outcome-output.ts";
import { colored } from "../../functions/cli/output.ts";
import { tableText } from "../../functions/cli/table.ts";
import { printJson, printMessage, printResult, type Terminal, textFor } from "../../functions/cli/terminal.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";

// Conceals what follows, clears the screen, begins another color, sets the title, rings, and turns the direction of reading.
const EVIL = "\u001b[8m\u001b[2J\u009b31m\u001b]0;owned\u0007\u202e";
const id = { apiVersion: "v1", kind: "Pipeline", name: `a${EVIL}` };
const condition = { type: "Healthy", status: `True${EVIL}`, reason: `Well${EVIL}`, message: "" };

const outcome: ClusterOutcome = {
  cluster: "prod",
  was: "reconciled",
  ms: 1,
  unlisted: [{ kind: "Pipeline", code: "malformed", message: `no${EVIL}` }],
  resources: [
    { ...id, was: "unchanged", condition, because: [`X${EVIL}`] },
    { ...id, was: "patched", condition, before: { status: EVIL, reason: "Other" }, because: [] },
    { ...id, was: "skipped", why: "contested", by: `kubectl${EVIL}` },
    { ...id, was: "refused", code: "invalid", message: `no${EVIL}` },
  ],
};

test.each([
  { what: "table", text: tableText(outcomeTable([outcome], { onlyNews: false }), 200) },
  { what: "problems", text: attentionLines([outcome]).join("\n") },
])("no text of a cluster controls the terminal in the $what", ({ text }) => {
  expect(text).toContain("[2J");
  expect(textFor({ isTTY: false }, {}, text)).not.toMatch(/[^\P{C}\n]/u);
});

/** What a terminal is shown, colors included. */
function shown(print: (terminal: Terminal) => void): string {
  const chunks: string[] = [];
  const write = (chunk: string, _: string, done: () => void) => {
    chunks.push(chunk);
    done();
  };
  const stream = Object.assign(new Writable({ decodeStrings: false, write }), { isTTY: true });
  const env = { TERM: "xterm-256color", FORCE_COLOR: "1" };
  const start = { program: "alertstatus", version: "1.2.3" };
  print({ ...start, stdin: process.stdin, stdout: stream, stderr: stream, env, signal: new AbortController().signal, exitCode: 0 });
  return chunks.join("");
}

describe("both streams show colors of their own, and nothing else that a terminal obeys:", () => {
  test.each([
    { what: "a result", print: (terminal: Terminal) => printResult(terminal, `${colored("red", "red")} ${EVIL}`) },
    { what: "a message", print: (terminal: Terminal) => printMessage(terminal, `${colored("red", "red")} ${EVIL}`) },
  ])("$what", ({ print }) => {
    const text = shown(print);
    expect(text).toContain("\u001b[31mred\u001b[39m");
    expect(text.replaceAll("\u001b[31m", "").replaceAll("\u001b[39m", "")).not.toMatch(/[^\P{C}\n]/u);
  });

  test("JSON, of which nothing is lost", () => {
    const value = { name: `a${EVIL}\u{e0041}\u2028\ue000\ud800` };
    const text = shown((terminal) => printJson(terminal, value, 2));
    expect(text).not.toMatch(/[^\P{C}\n]/u);
    expect(JSON.parse(text)).toEqual(value);
  });
});
