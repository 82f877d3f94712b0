// Measures the page of a large fleet in a real browser, for `npm run bench:page`: its size, until it is usable, and one filter.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { renderPage } from "../../../functions/page/page.ts";
import { largeFleet } from "../../page/large-fleet.ts";
import { startBrowser } from "../../support/browser.ts";

const CLUSTERS = 10_000;
const ROUNDS = 20;
// Each text leaves other rows; the browser has laid them out when their size is asked for.
const FILTER = `(async () => {
  const took = [];
  for (const text of Array.from({ length: ${ROUNDS} }, (_, at) => (at % 2 ? "throttling eu" : "prod 00" + at))) {
    const began = performance.now();
    history.replaceState(null, "", "#q=" + encodeURIComponent(text));
    dispatchEvent(new Event("hashchange"));
    document.body.getBoundingClientRect();
    took.push(performance.now() - began);
  }
  return took.sort((one, other) => one - other);
})()`;

const folder = mkdtempSync(join(tmpdir(), "alertstatus-page-"));
const browser = await startBrowser();
try {
  for (const conditions of [3, 5]) await report(conditions);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

async function report(conditions: number): Promise<void> {
  const status = largeFleet(CLUSTERS, conditions);
  const began = performance.now();
  const text = renderPage(status);
  const renderMs = performance.now() - began;
  const file = join(folder, `${conditions}.html`);
  writeFileSync(file, text);
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  const usableMs = await page.evaluate<number>("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd");
  const took = await page.evaluate<number[]>(FILTER);
  await page.close();
  console.log(`${CLUSTERS} clusters with ${conditions} conditions each`);
  console.table({
    "written, MB": (Buffer.byteLength(text) / 1e6).toFixed(2),
    "rendered, ms": renderMs.toFixed(0),
    "usable after, ms": usableMs.toFixed(0),
    "filtered, ms (median)": took[ROUNDS / 2]!.toFixed(0),
    "filtered, ms (slowest)": took.at(-1)!.toFixed(0),
  });
}
