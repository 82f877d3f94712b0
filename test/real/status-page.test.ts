// Opens the page of a status in a real browser: what it shows, asks for, keeps in its address, and says to those who cannot see it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { renderPage } from "../../functions/page/page.ts";
import { type FleetStatus, statusOf } from "../../functions/state/fleet-status.ts";
import { AT, largeFleet } from "../page/large-fleet.ts";
import { faultsOf, hasBrowser, openFile, startBrowser } from "../support/browser.ts";
import { PATIENTLY } from "../support/patience.ts";

const MINUTE_MS = 60_000;
const SCHEMES = ["light", "dark"] as const;
const PICTURES = join(import.meta.dirname, "../../.github");

const folder = mkdtempSync(join(tmpdir(), "alertstatus-page-"));
let browser: Browser;
const noises: (readonly string[])[] = [];
const files = new Map<FleetStatus, string>();
const large = largeFleet(2_000);
const small = largeFleet(300);

beforeAll(async () => {
  if (hasBrowser) browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The page of a status as it is ten seconds later. */
async function open(status: FleetStatus, hash = "", options: BrowserContextOptions = {}): Promise<Page> {
  const file = files.get(status) ?? join(folder, `${files.size}.html`);
  if (!files.has(status)) writeFileSync(file, renderPage(status, MINUTE_MS));
  files.set(status, file);
  const { page, noise } = await openFile(browser, pathToFileURL(file).href + hash, { at: "2026-01-01T12:00:10Z", ...options });
  noises.push(noise);
  return page;
}

const hashOf = (page: Page) => decodeURIComponent(new URL(page.url()).hash);
const rows = (page: Page) => page.locator("#rows tr");
const count = (page: Page) => page.locator("#count").textContent();

describe.skipIf(!hasBrowser)("the page of a status in a browser", () => {
  test("reads without script: counts, and the first hundred rows", async () => {
    const page = await open(large, "", { javaScriptEnabled: false });
    expect(await rows(page).count()).toBe(100);
    expect(await page.locator("noscript p").textContent()).toBe("Without script the first 100 of 5,920 lines are here, the worst first.");
    expect(await page.locator(".counts").textContent()).toMatch(/False 20\s+⚠ unreachable 20\s+\? Unknown 20/);
    expect(await page.locator("#controls, #more").evaluateAll((all) => all.every((one) => "hidden" in one && one.hidden))).toBe(true);
  });

  test("has the same rows with script as without", async () => {
    const [without, withScript] = [await open(small, "", { javaScriptEnabled: false }), await open(small)];
    const texts = (page: Page) => rows(page).evaluateAll((all) => all.slice(0, 100).map((one) => one.outerHTML));
    expect(await texts(withScript)).toEqual(await texts(without));
  });

  test("makes rows on the way down, and all of them in the end", async () => {
    const page = await open(small);
    expect(await rows(page).count()).toBe(200);
    await page.getByRole("button", { name: "Show 200 more of 688" }).press("Enter");
    await expect.poll(() => rows(page).count(), PATIENTLY).toBeGreaterThan(200);
    for (let more = await rows(page).count(); more < 888; more = await rows(page).count()) {
      await rows(page).last().scrollIntoViewIfNeeded();
      await expect.poll(() => rows(page).count(), PATIENTLY).toBeGreaterThan(more);
    }
    expect(await page.locator("#more").isHidden()).toBe(true);
  });

  test("keeps its filters in the address, and takes them from there", async () => {
    const page = await open(large);
    await page.getByRole("link", { name: "All that is not well" }).click();
    await page.getByLabel("Label").selectOption("tier=prod");
    await page.getByLabel("Filter").fill("Throttling eu-central");
    await page.clock.runFor(1_000);
    expect(hashOf(page)).toBe("#not=True&label=tier=prod&q=Throttling+eu-central");
    const [told, names] = [await count(page), await rows(page).locator("th").allInnerTexts()];
    expect(told).toMatch(/^\d+ of 5,920 lines$/);
    for (const name of names) expect(name).toMatch(/^prod-ap-south|^prod-eu-central/);
    await page.getByRole("link", { name: "Unknown" }).click();
    expect(hashOf(page)).toBe("#label=tier=prod&q=Throttling+eu-central&state=Unknown");
    await page.goBack();
    expect([await count(page), await page.getByLabel("Filter").inputValue()]).toEqual([told, "Throttling eu-central"]);
    const other = await open(large, new URL(page.url()).hash);
    expect([await count(other), await other.getByLabel("Label").inputValue()]).toEqual([told, "tier=prod"]);
    expect(await other.locator("[aria-current]").textContent()).toMatch(/^All that is not well/);
  });

  test.each([
    { hash: "#state=False,paused", left: "6 of 888 lines" },
    { hash: "#not=True", left: "12 of 888 lines" },
    { hash: "#q=00003+throttling", left: "1 of 888 lines" },
    { hash: "#q=nothing+of+that+kind", left: "0 of 888 lines" },
    { hash: "#label=region%3Dnowhere", left: "0 of 888 lines" },
    { hash: "#sort=nonsense&other=%E0%A4%A", left: "888 of 888 lines" },
  ])("$hash leaves $left", async ({ hash, left }) => {
    expect(await count(await open(small, hash))).toBe(left);
  });

  test("is sorted by the keyboard, and says how", async () => {
    const page = await open(large, "#not=True");
    const heading = page.getByRole("columnheader", { name: "Cluster" });
    const names = () => rows(page).locator("th").allInnerTexts();
    await heading.getByRole("button").focus();
    await page.keyboard.press("Enter");
    expect([await heading.getAttribute("aria-sort"), hashOf(page)]).toEqual(["ascending", "#not=True&sort=cluster"]);
    const up = await names();
    expect(up).toEqual([...up].sort());
    await page.keyboard.press("Enter");
    expect(await heading.getAttribute("aria-sort")).toBe("descending");
    expect((await names())[0]).toMatch(/^test-us-east/);
    expect(await page.locator("[aria-sort]").count()).toBe(1);
  });

  test("turns stale after three ticks, and then nothing is green", async () => {
    const page = await open(small, "#state=True");
    const color = () => page.evaluate("getComputedStyle(document.querySelector('#rows td')).color");
    expect([await page.locator("#stale").isVisible(), await color(), await page.title()]).toEqual([
      false,
      "rgb(26, 112, 55)",
      "prod: 3 False, 3 Unknown, 6 not reached",
    ]);
    await page.clock.runFor(2 * MINUTE_MS + 25_000);
    expect([await page.locator("#stale").textContent(), await color(), await page.title()]).toEqual([
      expect.stringMatching(/^Stale: the last look is older than 3 ticks of 1m/),
      "rgb(87, 96, 106)",
      "Stale: prod: 3 False, 3 Unknown, 6 not reached",
    ]);
    expect(await page.locator("header").textContent()).toContain("As of 2026-01-01 11:59:30Z, 3m ago");
  });

  test("shows a hostile name as text", async () => {
    const name = `</script><img src="https://evil.example/x" onerror="alert(1)"><script>alert(2)</script>`;
    const one = {
      cluster: name,
      labels: { a: name },
      was: "unreachable",
      message: name,
      since: AT,
      seen: "",
      recent: [],
      resources: [],
    } as const;
    const page = await open(statusOf([one, { ...one, cluster: `${name}2` }], { at: AT, stage: name }));
    expect(await rows(page).first().locator("th").textContent()).toContain(name);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.getByLabel("Label").locator("option").last().textContent()).toContain(name);
  });

  test.each([
    { what: "is new", hash: "#not=True", ms: 0, width: 1_280 },
    { what: "is stale", hash: "#q=00064", ms: 10 * MINUTE_MS, width: 1_280 },
    { what: "shows nothing", hash: "#q=nothing", ms: 0, width: 1_280 },
    { what: "is on a phone", hash: "#q=00064", ms: 0, width: 390 },
  ])("has no fault that axe knows, light or dark, while it $what", async ({ hash, ms, width }) => {
    const page = await open(small, hash, { viewport: { width, height: 800 } });
    await page.clock.runFor(ms);
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      expect(await faultsOf(page), colorScheme).toEqual([]);
    }
  });

  test("looks as in the pictures, light and dark (ALERTSTATUS_WRITE=1 takes them anew)", async () => {
    const page = await open(small, "", { viewport: { width: 1_200, height: 720 } });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      const picture = await page.screenshot();
      expect(picture.length).toBeLessThan(300_000);
      const name = colorScheme === "light" ? "status-page.png" : "status-page-dark.png";
      if (process.env.ALERTSTATUS_WRITE === "1") writeFileSync(join(PICTURES, name), picture);
    }
  });

  test("asks for nothing, and says nothing to the console", () => {
    expect(noises.length).toBeGreaterThan(15);
    expect(noises.flat()).toEqual([]);
  });
});
