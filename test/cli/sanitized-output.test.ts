// Holds the output to characters that no terminal obeys, whatever a cluster returns.

import { expect, test } from "vitest";
import { attentionLines, outcomeTable } from "../../functions/cli/outcome-output.ts";
import { textFor } from "../../functions/cli/terminal.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";

// Clears the screen, changes the color, sets the title, rings the bell, and reverses the direction of the text.
const EVIL = "\u001b[2J\u009b31m\u001b]0;owned\u0007\u202e";
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
  { what: "table", text: outcomeTable([outcome], { onlyNews: false }) ?? "" },
  { what: "problems", text: attentionLines([outcome]).join("\n") },
])("no text of a cluster controls the terminal in the $what", ({ text }) => {
  expect(text).toContain("[2J");
  expect(textFor({ isTTY: false }, {}, text)).not.toMatch(/[^\P{C}\n]/u);
});
