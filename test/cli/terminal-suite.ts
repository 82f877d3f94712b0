// Sits at a terminal before a fleet of so many clusters: of a hundred, five are dead, three cannot be read and ten alert.

import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bash, type Ended } from "./alertstatus.ts";
import { startLargeFleet } from "./simulated-fleet.ts";
import { hasTerminal, startSession } from "./terminal-session.ts";

type Screen = Awaited<ReturnType<typeof startSession>["ended"]>;

// Longer than any answer takes on a busy machine: the clusters that never answer cost as long, once for all sessions.
const TIMEOUT = "30s";
const WIDTHS = [80, 120, 200];

/** What a person sees of `count` clusters, a multiple of a hundred; every third of the dead ones answers nothing. */
export function sittingBefore(count: number): void {
  const hundreds = count / 100;
  const silent = Math.ceil((5 * hundreds) / 3);
  const healthy = (4 * 95 - 10 - 12) * hundreds;

  describe.skipIf(!hasTerminal)(`a fleet of ${count} clusters`, () => {
    let fleet: Awaited<ReturnType<typeof startLargeFleet>>;
    let names: ReadonlySet<string>;
    let screens: ReadonlyMap<number, Screen>;
    let ofDead: Screen;
    let piped: Ended;
    const reconcile = (...more: readonly string[]) => ["reconcile", "--fleet", fleet.file, "--dry-run", "--timeout", TIMEOUT, ...more];
    beforeAll(async () => {
      fleet = await startLargeFleet(count);
      names = new Set([...readFileSync(fleet.file, "utf8").matchAll(/"name": "([^"]+)"/g)].map(([, name = ""]) => name));
      const dead = startSession(reconcile("--cluster", "test-eu-central-1-001,*-009"), 120).ended;
      const all = WIDTHS.map(async (width) => [width, await screenOf(reconcile(), width, count)] as const);
      const pipe = bash(`$CLI ${reconcile("-l", "region=eu-central-1,tier!=test").join(" ")} | cat`, fleet.folder);
      [screens, ofDead, piped] = [new Map(await Promise.all(all)), await dead, await pipe];
    }, 300_000);
    afterAll(() => fleet.close());

    test.each(WIDTHS)("is summed up on a screen of 24 lines and %d columns", (columns) => {
      const { code = 0, lines = [] } = screens.get(columns) ?? {};
      expect(code).toBe(1);
      expect(lines.length).toBeLessThan(24);
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      const text = lines.join("\n");
      expect(text).toMatch(new RegExp(`^${silent} clusters: unreachable: timeout: `, "m"));
      expect(text).toMatch(new RegExp(`^${5 * hundreds - silent} clusters: unreachable: connection-refused: `, "m"));
      expect(text).toMatch(new RegExp(`^${3 * hundreds} clusters: alerts unreadable: malformed: `, "m"));
      const rows = lines.filter((line) => /^(False|Unknown|True) /.test(line)).map((line) => line.split(/ {2,}/).slice(0, 3));
      expect(rows).toEqual([
        ["False", "GatewayAllTelemetryDataDropped", String(10 * hundreds)],
        ["Unknown", "GatewayProbingFailed", String(9 * hundreds)],
        ["Unknown", "AgentProbingFailed", String(3 * hundreds)],
        ["True", "FlowHealthy", String(healthy)],
      ]);
      const named = text.match(/(?:prod|test)-[a-z0-9-]+/g) ?? [];
      expect(named.length).toBeGreaterThan(5);
      expect(named.filter((name) => !names.has(name))).toEqual([]);
    });

    test("shows a dead cluster once", () => {
      expect(ofDead.lines.filter((line) => line.includes("test-eu-central-1-001"))).toHaveLength(1);
    });

    test("is interrupted by Ctrl-C with what is done by then", async () => {
      const session = startSession(reconcile("--timeout", "1h"), 80);
      const done = `${count - silent} of ${count} clusters`;
      await session.seen(done);
      session.press("\u0003");
      const { code, lines } = await session.ended;
      expect(code).toBe(130);
      expect(lines.at(-1)).toBe(`interrupted: ${done} are done`);
      expect(lines.join("\n")).toMatch(new RegExp(`^True .* ${healthy} `, "m"));
    });

    test("goes through a pipe with a line for each resource and each dead cluster", () => {
      const { code, stdout } = piped;
      expect(code).toBe(0);
      const rows = stdout.trimEnd().split("\n").slice(1);
      expect(stdout).not.toContain("\u001b");
      expect(rows.filter((row) => row.includes("unreachable")).length).toBe(hundreds);
      expect(rows.every((row) => /^prod-eu-central-1-\d{3} /.test(row))).toBe(true);
      expect(rows.length).toBeGreaterThan(70 * hundreds);
    });
  });
}

/** What stays on a screen of this width; the narrowest is wide until the first cluster is done. */
async function screenOf(words: readonly string[], width: number, count: number): Promise<Screen> {
  if (width > Math.min(...WIDTHS)) return startSession(words, width).ended;
  const session = startSession(words, Math.max(...WIDTHS));
  await session.seen(`of ${count} clusters`);
  session.resize(width, 24);
  return session.ended;
}
