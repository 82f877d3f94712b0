// Tests by one suite that a real ruler pushes to a receiver with the configuration that `receiver config` prints.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { alertstatus } from "../cli/alertstatus.ts";
import { type FunctionUrl, openFunctionUrl } from "../receive/function-url.ts";
import { aReceiver, type Receiver, requested, SECRET, tokenOf } from "../receive/receiver.ts";
import { PATIENTLY } from "./patience.ts";
import { type MetricsEndpoint, startMetrics } from "./real-prometheus.ts";

const RULES = { groups: [{ name: "broken", rules: [{ alert: "Broken", expr: "broken == 1", labels: { severity: "page" } }] }] };

export type Pushing = {
  readonly rules: typeof RULES;
  /** The metrics endpoint that the rules are about. */
  readonly metrics: MetricsEndpoint;
  /** What is printed for it. */
  readonly config: object;
  readonly token: string;
  closesWith(close: () => Promise<void>): void;
};

/** What a ruler does, by the name of its format. */
export function pushesByItsConfig(format: string, start: (pushing: Pushing) => Promise<void>): void {
  describe(`${format}, by what is printed for it,`, () => {
    let receiver: Receiver;
    let url: FunctionUrl;
    let metrics: MetricsEndpoint;
    let closers: (() => Promise<unknown>)[];

    beforeEach(async () => {
      receiver = aReceiver(Date.now);
      [url, metrics] = await Promise.all([openFunctionUrl(receiver), startMetrics()]);
      closers = [url.close, metrics.close];
    });
    afterEach(async () => {
      for (const close of closers.reverse()) await close();
    });

    test("has its cluster asked for when an alert begins to fire and when it is over", async () => {
      await begin(tokenOf("eu"));
      metrics.set("broken 1\n");
      await expect.poll(() => requested(receiver).length, PATIENTLY).toBeGreaterThan(0);
      // Pushes that overtake one another on a busy machine ask once more than needed.
      const asked = requested(receiver).length;
      metrics.set("broken 0\n");
      await expect.poll(() => requested(receiver).length, PATIENTLY).toBeGreaterThan(asked);
      expect(new Set(requested(receiver).flat())).toEqual(new Set(["eu"]));
      expect(url.heard.map(({ path, status }) => ({ path, status }))).toEqual(
        url.heard.map(() => ({ path: "/clusters/eu/api/v2/alerts", status: 202 })),
      );
    });

    test("is refused with another cluster's token", async () => {
      await begin(tokenOf("moon"));
      metrics.set("broken 1\n");
      await expect.poll(() => url.heard.map(({ status }) => status), PATIENTLY).toContain(401);
      expect(receiver.events).toEqual([]);
    });

    async function begin(token: string): Promise<void> {
      const folder = await mkdtemp(join(tmpdir(), "pushing-ruler-"));
      const closesWith = (close: () => Promise<void>) => void closers.push(close);
      closesWith(() => rm(folder, { recursive: true }));
      const file = join(folder, "token");
      await writeFile(file, token);
      await start({ rules: RULES, metrics, config: await printed(format, url.url, file), token, closesWith });
    }
  });
}

async function printed(format: string, url: string, tokenFile: string): Promise<object> {
  const place = format === "mimir" ? [] : ["--token-file", tokenFile];
  const words = ["receiver", "config", "--cluster", "eu", "--format", format, "--url", url, ...place];
  const { code, stdout, stderr } = await alertstatus(words);
  if (code !== 0) throw new Error(stderr);
  expect(stdout).not.toContain(SECRET.current);
  return parse(stdout);
}
