// Holds the outage that `npm start -- --real` plays to the one of `npm start`; it costs three API servers, so that it is not in every run.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";

const DEMO = join(import.meta.dirname, "../tools/demo.ts");

/** The chapters, each with what its last line about each resource says. */
async function played(...flags: readonly string[]): Promise<readonly object[]> {
  const child = spawn(process.execPath, [DEMO, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const [[code], shown] = await Promise.all([once(child, "close"), text(child.stdout)]);
  expect(code).toBe(0);
  return shown.split("\n\n").flatMap((part) => {
    const [title = "", ...lines] = part.split("\n");
    const rows = lines
      .flatMap((line) => /^(prod-\S+ +\S+) +(?:True|False|Unknown) +\S+/.exec(line) ?? [])
      .filter((row) => row.startsWith("prod"));
    const last = rows
      .map((row) => row.split(/ +/))
      .map(([cluster, resource, status, reason]) => [`${cluster} ${resource}`, `${status} ${reason}`] as const);
    return last.length === 0 ? [] : [{ title, says: Object.fromEntries(last) }];
  });
}

test("npm start -- --real plays the outage of npm start", async () => {
  const [real, simulated] = [await played("--real"), await played()];
  expect(simulated.length).toBeGreaterThan(4);
  expect(real).toEqual(simulated);
});
