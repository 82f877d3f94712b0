import { resourceName } from "../core/outcome/outcome.ts";
import type { Explanation } from "../core/verdict/explain.ts";
import type { Verdict } from "../core/verdict/verdict.ts";
import { colored, coloredStatus, sanitizeForTerminal, table } from "./output.ts";

/** One resource: its gates, its rows from the worst to the mildest, the verdict, and what a pass would write. */
export function explanationText(cluster: string, explanation: Explanation): string {
  const { condition, gates, rows } = explanation;
  const title = colored("bold", sanitizeForTerminal(resourceName(explanation)));
  const sections = [
    `${title} of ${cluster}, condition ${condition}`,
    gates.length === 0
      ? ""
      : table(
          ["GATE", "STATE"],
          gates.map((gate) => [gate.condition, gate.stops ? "stops here" : "open"]),
        ),
    rows.length === 0
      ? ""
      : table(
          ["ALERT", "REASON", "STATE"],
          rows.map((row) => [row.alert, row.reason, row.state]),
        ),
    table(["VERDICT", ""], verdictRows(explanation)),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function verdictRows(explanation: Explanation): readonly (readonly string[])[] {
  const { verdict } = explanation;
  if ("skipped" in verdict) return [["left alone", verdict.skipped]];
  return [
    ["status", coloredStatus(verdict.status)],
    ["reason", verdict.reason],
    ["message", verdict.message],
    ["because", verdict.because.join(", ") || "nothing fires"],
    ["patch", patchText(explanation, verdict)],
  ];
}

function patchText({ before, left, writer, patch }: Explanation, verdict: Verdict): string {
  const said = before === undefined ? "not there" : `${before.status} ${before.reason}`;
  if (left === "young") return `none: the source is too young to say otherwise than ${said}`;
  if (left === "contested") return `none for now: ${writer ?? "somebody else"} has just written ${said}`;
  return patch === undefined ? "none: the condition says so already" : `${said} → ${verdict.status} ${verdict.reason}`;
}
