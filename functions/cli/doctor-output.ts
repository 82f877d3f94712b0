import type { Check, Diagnosis } from "../doctor/checks/check.ts";
import { colored, table } from "./output.ts";

const HEAD = ["CLUSTER", "CHECK", "RESULT", "MESSAGE"];
const COLOURS = { failed: "red", warning: "yellow", skipped: "gray", ok: "green" } as const;
const WIDTH = 96;

/** A row for each check, what to do about it below what it says; undefined where there is nothing to show. */
export function diagnosisTable(diagnoses: readonly Diagnosis[], { isAll }: { isAll: boolean }): string | undefined {
  const rows = diagnoses.flatMap(({ cluster, checks }) =>
    checks.filter(({ was }) => isAll || was !== "ok").map((check) => [cluster, ...cells(check)]),
  );
  return rows.length === 0 ? undefined : table(HEAD, rows);
}

/** `prod: 31 checks: 1 failed, 30 ok`. */
export function diagnosisLine({ cluster, checks }: Diagnosis): string {
  const counts = Object.keys(COLOURS).flatMap((kind) => {
    const count = checks.filter(({ was }) => was === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  return `${colored("bold", cluster, process.stderr)}: ${checks.length} checks: ${counts.join(", ")}`;
}

function cells({ check, was, message, remedy }: Check): readonly string[] {
  const lines = [...wrapped(message), ...(remedy === undefined ? [] : wrapped(`→ ${remedy}`))];
  return [check, colored(COLOURS[was], was), lines.join("\n")];
}

// What stands in one piece stays in one piece: somebody may want to copy it.
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
