// A real browser, where this machine has one.

import { execFileSync } from "node:child_process";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { missingOf } from "../tools/parts/tools.ts";

export const hasBrowser = missingOf(["chromium"]).size === 0;

/** Started without its sandbox, which root may not have: it opens files of the tests alone. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: execFileSync("which", ["chromium"], { encoding: "utf8" }).trim(), args: ["--no-sandbox"] });
}

/** What axe finds fault with on a page, none of which has frames. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

type Shown = { readonly page: Page; readonly noise: readonly string[] };
type Look = BrowserContextOptions & { readonly at: string };

// A page of its own costs half a second of CPU, and a file that is opened in one that is there a third of that.
const pages = new WeakMap<Browser, Map<string, Promise<Page>>>();

/** A file as a browser shows it at a time of day, and everything that it says or asks for beyond that file, until the next one is opened with the same options. */
export async function openFile(browser: Browser, file: string, { at, viewport, colorScheme, ...options }: Look): Promise<Shown> {
  const page = await pageWith(browser, options);
  // So that it is loaded anew where only what follows `#` differs.
  await page.goto("about:blank");
  await page.emulateMedia({ colorScheme: colorScheme ?? null });
  await page.setViewportSize(viewport ?? { width: 1_280, height: 720 });
  const noise = noiseOf(page, file);
  await page.clock.install({ time: new Date(at) });
  await page.goto(file);
  return { page, noise };
}

function pageWith(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const known = pages.get(browser) ?? new Map<string, Promise<Page>>();
  const page = known.get(JSON.stringify(options)) ?? browser.newPage(options);
  pages.set(browser, known.set(JSON.stringify(options), page));
  return page;
}

function noiseOf(page: Page, file: string): readonly string[] {
  const noise: string[] = [];
  for (const event of ["console", "pageerror", "dialog", "request"] as const) page.removeAllListeners(event);
  page.on("console", (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(String(error)));
  page.on("dialog", (dialog) => noise.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(file.split("#")[0] ?? "")) noise.push(request.url());
  });
  return noise;
}
