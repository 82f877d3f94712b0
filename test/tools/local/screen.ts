// Redraws a page on a terminal.

import { clearScreenDown, cursorTo } from "node:readline";

/** Shows a page in the place of the one before; where there is no terminal, each page that says something new is printed below the last. */
export function openScreen(output: NodeJS.WriteStream): (page: string, isNews: boolean) => void {
  if (!output.isTTY) return (page, isNews) => void (isNews && output.write(`${page}\n\n`));
  output.write("\x1b[2J");
  return (page) => {
    cursorTo(output, 0, 0);
    // Line by line, so that nothing flickers and nothing of a longer line before is left.
    const lines = page.split("\n").slice(0, output.rows - 1);
    for (const line of lines) output.write(`${line}\x1b[K\n`);
    clearScreenDown(output);
  };
}
