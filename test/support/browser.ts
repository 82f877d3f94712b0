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

/** A file as a browser shows it at a time of day, and everything that it says or asks for beyond that file. */
export async function openFile(
  browser: Browser,
  file: string,
  { at, ...options }: BrowserContextOptions & { readonly at: string },
): Promise<{ readonly page: Page; readonly noise: readonly string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const noise: string[] = [];
  page.on("console", (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(String(error)));
  page.on("dialog", (dialog) => noise.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(file.split("#")[0] ?? "")) noise.push(request.url());
  });
  await page.clock.install({ time: new Date(at) });
  await page.goto(file);
  return { page, noise };
}
