// Reads the pages of the repository: their headings, their links, and the commands that they tell a reader to type.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesIn, read } from "../house.ts";

/** Every page, by its path from the root of the repository. */
export const pages: readonly string[] = ["README.md", ...["functions", "infra", "test", ".github"].flatMap(filesIn)].filter((file) =>
  file.endsWith(".md"),
);

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^ *```$/gm;

/** A block of a page, without what indents it. */
export type Block = { readonly language: string; readonly body: string };

/** The blocks of a page, in their order. */
export function blocksOf(page: string): readonly Block[] {
  return [...read(page).matchAll(FENCE)].map(([, indent = "", language = "", body = ""]) => ({
    language,
    body: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** The text of a page without its blocks. */
export function proseOf(page: string): string {
  return read(page).replaceAll(FENCE, "");
}

/** What each heading of a page is linked by. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...proseOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => heading);
  // https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/node_filter/table_of_contents_filter.rb
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** Where a page leads to within the repository: links, and what its pictures are. */
export function linksOf(page: string): readonly string[] {
  const targets = proseOf(page).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g);
  return [...targets].map(([, link, source]) => link ?? source ?? "").filter((target) => !/^[a-z]+:/.test(target));
}

const PROGRAMS = ["alertstatus", "npm", "npx", "kubectl", "aws", "openssl", ".ci/run"];
// The shell itself takes the lines apart; what would be started only says its words, and whatever else is called is an error.
const SHELL = `
PATH=/nowhere
record() { local words; printf -v words '%s\\037' "$@"; printf '%s\\036' "$words" >&3; }
cat() { while IFS= read -r; do :; done; }
${PROGRAMS.map((program) => `${program}() { record ${program} "$@"; }`).join("\n")}
`;

/** A command as its words; `isNamed`: a sentence speaks of it, perhaps without all that has to be typed. */
export type Told = { readonly words: readonly string[]; readonly isNamed: boolean };

/** The commands that a page tells a reader to type: in blocks of `sh`, in the last cell of a table, or within a sentence. */
export function commandsIn(page: string): readonly Told[] {
  const blocks = blocksOf(page).filter(({ language }) => language === "sh");
  const typed = recorded([...blocks.map(({ body }) => body), ...spansOf(lastCellsOf(page))].join("\n"));
  const named = recorded(spansOf(proseOf(page)).join("\n"));
  return [...typed.map((words) => ({ words, isNamed: false })), ...named.map((words) => ({ words, isNamed: true }))];
}

// Where a command alone stands in the last cell of a row, it is to be typed.
function lastCellsOf(page: string): string {
  return [...proseOf(page).matchAll(/ \| (`[^`]+`) \|$/gm)].map(([, cell = ""]) => cell).join("\n");
}

// A form with something to fill in, or to leave out, is no command.
function spansOf(text: string): readonly string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
  return spans.filter((span) => PROGRAMS.includes(span.split(" ")[0] ?? "") && /[ /]/.test(span) && !/[<[|]/.test(span));
}

/** The commands of a script, each as its words; a script that does not run to its end is an error. */
function recorded(script: string): readonly (readonly string[])[] {
  const folder = mkdtempSync(join(tmpdir(), "alertstatus-docs-"));
  try {
    const stdio: ("ignore" | "pipe")[] = ["ignore", "ignore", "pipe", "pipe"];
    const { stderr, output } = spawnSync("bash", ["-c", SHELL + script], { cwd: folder, encoding: "utf8", stdio });
    if (stderr !== "") throw new Error(stderr);
    const calls = String(output[3]).split("\u001e").slice(0, -1);
    return calls.map((call) => call.split("\u001f").slice(0, -1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
