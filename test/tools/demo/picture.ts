// Draws .github/demo.png: the outage of `npm start` as a terminal shows it, drawn by a browser.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { startBrowser } from "../../support/browser.ts";

const ROOT = join(import.meta.dirname, "../../..");
const PICTURE = join(ROOT, ".github/demo.png");
const COLUMNS = 128;
const WIDTH = 900;
const COLORS: Readonly<Record<string, string>> = {
  1: "font-weight:700",
  31: "color:#ff7b72",
  32: "color:#56d364",
  33: "color:#e3b341",
  90: "color:#8b949e",
};
const STYLE = `body{margin:0;background:#0d1117}
pre{margin:0;padding:12px;width:${WIDTH - 24}px;overflow:hidden;color:#e6edf3;font:11.3px/1.45 "DejaVu Sans Mono",monospace}`;

/** From the outage to the end of the story, without what comes before and after. */
function played(): string {
  const words = [join(ROOT, "test/support/on-terminal.py"), String(COLUMNS), "200", process.execPath, join(ROOT, "test/tools/demo.ts")];
  const environment = { ...process.env, TERM: "xterm-256color", NO_COLOR: undefined, FORCE_COLOR: undefined };
  const shown = execFileSync("python3", words, { encoding: "utf8", env: environment, stdio: ["ignore", "pipe", "inherit"] });
  const chapters = shown.replaceAll("\r\n", "\n").trimEnd().split(/\n\n/);
  const at = (title: string) => chapters.findIndex((chapter) => chapter.includes(title));
  return ["$ npm start\n…", ...chapters.slice(at("stops answering"), at("as a page"))].join("\n\n").replace("\n\n", "\n");
}

function toHtml(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a terminal obeys
  return escaped.replaceAll(/\u001b\[(\d+)m/g, (_, code: string) =>
    COLORS[code] === undefined ? "</span>" : `<span style="${COLORS[code]}">`,
  );
}

const html = `<meta charset="utf-8"><style>${STYLE}</style><pre>${toHtml(played())}</pre>`;
const browser = await startBrowser();
try {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 100 } });
  await page.setContent(html);
  await page.locator("pre").screenshot({ path: PICTURE });
} finally {
  await browser.close();
}
