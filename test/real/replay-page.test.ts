// Opens the page of a replay in a real browser: what it shows, asks for, and says to those who cannot see it.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pageOf } from "../../functions/replay/page.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { startStory, UNTIL } from "../cli/replay-story.ts";
import { HOSTILE, replayWith, span } from "../replay/a-replay.ts";
import { faultsOf, hasBrowser, openFile, startBrowser } from "../support/browser.ts";

const PICTURES = join(import.meta.dirname, "../../.github");

let browser: Browser;
let folder: string;
const noises: (readonly string[])[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-replay-page-"));
  if (!hasBrowser) return;
  browser = await startBrowser();
  const story = await startStory();
  const words = ["replay", "--fleet", join(story.folder, "fleet.yml"), "--since", "7d", "--until", UNTIL, "-o", "html"];
  const { stdout } = await alertstatus(words);
  await story.close();
  await writeFile(join(folder, "week.html"), stdout);
  const spans = [
    span(0, 40, {}),
    span(40, 60, { by: "gap", status: "Unknown", because: [HOSTILE] }),
    span(60, 80, { by: "findings", status: "Unknown", reason: HOSTILE }),
  ];
  await writeFile(join(folder, "hostile.html"), pageOf([replayWith(spans)]));
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(name: string, options: BrowserContextOptions = {}): Promise<Page> {
  const { page, noise } = await openFile(browser, pathToFileURL(join(folder, name)).href, { at: UNTIL, ...options });
  noises.push(noise);
  return page;
}

/** What all parts of the lines of a kind have as this property of their style. */
async function stylesOf(page: Page, kind: string, property: string): Promise<readonly string[]> {
  const all = `document.querySelectorAll("td.line rect.${kind}")`;
  const styles = await page.evaluate(`[...new Set([...${all}].map((one) => getComputedStyle(one)["${property}"]))]`);
  return Array.isArray(styles) ? styles.map(String) : [];
}

describe.skipIf(!hasBrowser)("the page of a replay in a browser", () => {
  test("has a line for each resource, with a trace of what lasted four minutes of seven days", async () => {
    const page = await open("week.html");
    expect(await page.locator("tbody th").allInnerTexts()).toEqual(["tracepipeline/audit", "tracepipeline/shop", "metricpipeline/shop"]);
    expect((await page.locator("td.line svg").last().boundingBox())?.width).toBeGreaterThan(300);
    const edges = await Promise.all(["stroke", "strokeWidth", "vectorEffect"].map((property) => stylesOf(page, "False", property)));
    expect(edges).toEqual([["rgb(207, 34, 46)"], ["2px"], ["non-scaling-stroke"]]);
    expect(await page.locator("td.line").nth(1).locator("rect").last().getAttribute("class")).toBe("False");
    await page.getByText("tracepipeline/audit: 4 changes").click();
    expect(await page.locator("details[open] tbody tr").allInnerTexts()).toContainEqual(
      expect.stringContaining("TraceGatewayAllDataDropped"),
    );
  });

  test("shows a hostile name as text, and is green for what is proven to be well alone", async () => {
    const page = await open("hostile.html");
    expect(await page.locator("h2").first().textContent()).toContain(HOSTILE);
    expect(await page.locator("script, img, iframe").count()).toBe(0);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const [green] = await stylesOf(page, "True", "fill");
      const others = [...(await stylesOf(page, "gap", "fill")), ...(await stylesOf(page, "Unknown", "fill"))];
      expect([green, others.length]).toEqual(["rgb(26, 127, 55)", 2]);
      expect(others).not.toContain(green);
    }
    const underAll = page.locator("td.line rect").first();
    expect([await underAll.getAttribute("class"), await underAll.getAttribute("width")]).toEqual(["gap", "80"]);
  });

  test.each([
    { colorScheme: "light", width: 390, picture: "replay-page.png" },
    { colorScheme: "dark", width: 900, picture: "replay-page-dark.png" },
  ] as const)("in $colorScheme has no fault that axe knows, and looks as in $picture (ALERTSTATUS_WRITE=1 takes it anew)", async (look) => {
    const { colorScheme, width, picture } = look;
    const page = await open("week.html", { colorScheme, viewport: { width: 900, height: 460 } });
    const taken = await page.screenshot();
    expect(taken.length).toBeLessThan(200_000);
    if (process.env.ALERTSTATUS_WRITE === "1") await writeFile(join(PICTURES, picture), taken);
    await page.setViewportSize({ width, height: 800 });
    await page.locator("details").evaluateAll((all) => all.map((one) => one.setAttribute("open", "")));
    expect(await faultsOf(page)).toEqual([]);
  });

  test("asks for nothing, and says nothing to the console", () => {
    expect(noises).toHaveLength(4);
    expect(noises.flat()).toEqual([]);
  });
});
