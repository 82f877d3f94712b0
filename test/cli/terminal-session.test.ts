// Sits at a terminal before a fleet of 300 clusters, of which fifteen are dead, nine cannot be read and thirty alert.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alertstatus, bash } from "./alertstatus.ts";
import { startLargeFleet } from "./simulated-fleet.ts";
import { hasTerminal, startSession } from "./terminal-session.ts";

type Screen = Awaited<ReturnType<typeof startSession>["ended"]>;

let fleet: Awaited<ReturnType<typeof startLargeFleet>>;
let names: ReadonlySet<string>;
beforeAll(async () => {
  fleet = await startLargeFleet(300);
  names = new Set([...readFileSync(fleet.file, "utf8").matchAll(/"name": "([^"]+)"/g)].map(([, name = ""]) => name));
});
afterAll(() => fleet.close());

// Longer than any answer takes on a busy machine: the clusters that never answer cost as long, once for all sessions.
const TIMEOUT = "30s";
const WIDTHS = [80, 120, 200];
const reconcile = (...more: readonly string[]) => ["reconcile", "--fleet", fleet.file, "--dry-run", "--timeout", TIMEOUT, ...more];

describe.skipIf(!hasTerminal)("a fleet of 300 clusters", () => {
  let screens: ReadonlyMap<number, Screen>;
  let resized: Screen;
  let ofDead: Screen;
  beforeAll(async () => {
    const all = Promise.all(WIDTHS.map(async (width) => [width, await startSession(reconcile(), width).ended] as const));
    const dead = startSession(reconcile("--cluster", "test-eu-central-1-001,*-009"), 120).ended;
    const session = startSession(reconcile(), 200);
    await session.seen("of 300 clusters");
    session.resize(80, 24);
    [screens, resized, ofDead] = [new Map(await all), await session.ended, await dead];
  }, 300_000);

  test.each(WIDTHS)("is summed up on a screen of 24 lines and %d columns", (columns) => {
    const { code = 0, lines = [] } = screens.get(columns) ?? {};
    expect(code).toBe(1);
    expect(lines.length).toBeLessThan(24);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    const text = lines.join("\n");
    expect(text).toMatch(/^5 clusters: unreachable: timeout: /m);
    expect(text).toMatch(/^10 clusters: unreachable: connection-refused: /m);
    expect(text).toMatch(/^9 clusters: alerts unreadable: malformed: /m);
    const rows = lines.filter((line) => /^(False|Unknown|True) /.test(line)).map((line) => line.split(/ {2,}/).slice(0, 3));
    expect(rows).toEqual([
      ["False", "GatewayAllTelemetryDataDropped", "30"],
      ["Unknown", "GatewayProbingFailed", "27"],
      ["Unknown", "AgentProbingFailed", "9"],
      ["True", "FlowHealthy", "1074"],
    ]);
    const named = text.match(/(?:prod|test)-[a-z0-9-]+/g) ?? [];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });

  test("shows a dead cluster once", () => {
    expect(ofDead.lines.filter((line) => line.includes("test-eu-central-1-001"))).toHaveLength(1);
  });

  test("is fitted to the width that the terminal has by then", () => {
    const { lines } = resized;
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.join("\n")).toMatch(/^True .* 1074 /m);
  });

  test("is interrupted by Ctrl-C with what is done by then", async () => {
    const session = startSession(reconcile("--timeout", "1h"), 80);
    await session.seen("295 of 300 clusters");
    session.press("\u0003");
    const { code, lines } = await session.ended;
    expect(code).toBe(130);
    expect(lines.at(-1)).toBe("interrupted: 295 of 300 clusters are done");
    expect(lines.join("\n")).toMatch(/^True .* 1074 /m);
  });

  test("goes through a pipe with a line for each resource and each dead cluster", async () => {
    const { code, stdout } = await bash(`$CLI ${reconcile("-l", "region=eu-central-1,tier!=test").join(" ")} | cat`, fleet.folder);
    expect(code).toBe(0);
    const rows = stdout.trimEnd().split("\n").slice(1);
    expect(stdout).not.toContain("\u001b");
    expect(rows.filter((row) => row.includes("unreachable")).length).toBeGreaterThan(1);
    expect(rows.every((row) => /^prod-eu-central-1-\d{3} /.test(row))).toBe(true);
    expect(rows.length).toBeGreaterThan(200);
  });
});

describe("a person at three in the morning", () => {
  const read = (page: string) => readFileSync(join(import.meta.dirname, "../..", page), "utf8");
  const [, table = ""] = /## At three in the morning\n([\s\S]*?)\n## /.exec(read("README.md")) ?? [];
  const questions = [...`${table}${read("functions/cli/README.md")}`.matchAll(/^\| ([^|]+\?) \| `alertstatus ([^`]+)` \|$/gm)].map(
    ([, question = "", command = ""]) => ({ question, command }),
  );

  test("finds at least eight questions in README and in the page of the commands, and one command for each", () => {
    expect(questions.length).toBeGreaterThanOrEqual(8);
  });

  test.each(questions)("asks: $question", async ({ command }) => {
    const words = command.split(" ").map((word) => word.replaceAll("'", ""));
    const options = words.filter((word) => word.startsWith("-"));
    const path = words.slice(
      0,
      words.findIndex((word) => /^[-A-Z]/.test(word)),
    );
    const { code, stdout } = await alertstatus([...path, "--help"]);
    expect(code).toBe(0);
    expect(options.filter((option) => !stdout.includes(option))).toEqual([]);
  });
});
