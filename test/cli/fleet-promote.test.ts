// Promotes a profile on a cluster of a fleet file: what is shown, what is asked, and what is written.

import { readFile, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { alertstatus } from "./alertstatus.ts";
import { UNTIL } from "./replay-story.ts";
import { type Rollout, startRollout } from "./rollout-story.ts";

let rollout: Rollout;
let before: string;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(UNTIL) + 5_000 });
  rollout = await startRollout();
  before = await readFile(rollout.file, "utf8");
});
afterAll(async () => {
  vi.useRealTimers();
  await rollout?.close();
});
beforeEach(() => writeFile(rollout.file, before));

const promote = (words: readonly string[], settings: Parameters<typeof alertstatus>[2] = {}) =>
  alertstatus(["fleet", "promote", ...words, "--fleet", rollout.file, "--since", "1h"], {}, settings);
const written = () => readFile(rollout.file, "utf8");
const onTerminal = (stdin: string) => ({ stdin, isTTY: true });

describe("fleet promote", () => {
  test("shows the past and the difference, asks, and changes one word of the file", async () => {
    const { code, stdout, stderr } = await promote(["prod-eu-1"], onTerminal("y\n"));
    expect({ code, end: stderr.split("\n").at(-1) }).toMatchObject({ code: 0 });
    expect(stderr).toContain("Promote kyma-telemetry on prod-eu-1 from shadow to own? [y/N] ");
    expect(stdout).toMatch(/prod-eu-1.*, TelemetryFlowHealthy of kyma-telemetry, from recorded alerts/);
    expect(stdout).toContain("What a replay cannot know:");
    expect(stdout).toContain("  profiles.kyma-telemetry.mode: shadow → own\n");
    expect(await written()).toBe(before.replace("mode: shadow # until", "mode: own # until"));
  });

  test("makes the owner of the condition the shadow, takes the cluster out of its ring, and says so", async () => {
    const { code, stdout } = await promote(["canary-eu-1", "--yes"]);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.slice(lines.indexOf("changed  canary-eu-1"))).toEqual([
      "changed  canary-eu-1",
      "  profiles.kyma-telemetry.mode: own → shadow",
      "  profiles.v2.mode: shadow → own",
      "  ring: ring=canary → -",
      "  kyma-telemetry becomes the shadow: promoting it again puts it back",
      "  it leaves the ring ring=canary: from now on it has profiles of its own",
      expect.stringMatching(/^written to .*fleet\.yml: `fleet push` gives it to the functions$/),
    ]);
    const list = "    profiles: [ { name: kyma-telemetry, mode: shadow }, { name: v2, mode: own } ]\n";
    expect(await written()).toBe(before.replace("  - name: canary-eu-1\n", `  - name: canary-eu-1\n${list}`));
  });

  test("shows where the profile and the one that it takes the place of would have disagreed", async () => {
    const { stdout } = await promote(["canary-eu-1", "--dry-run", "--profile", "v2"]);
    expect(stdout).toContain("tracepipeline/shop: the two disagree for 19m");
    expect(stdout).toMatch(/2026-11-26T23:41:00Z +19m +True FlowHealthy +False GatewayThrottling/);
    expect(stdout).toMatch(/would be written to .*fleet\.yml\n$/);
    expect(await written()).toBe(before);
  });

  test.each([
    { what: "no", stdin: "n\n" },
    { what: "nothing", stdin: "" },
    { what: "an empty line", stdin: "\n" },
    { what: "anything else", stdin: "yessir\n" },
  ])("changes nothing where the answer is $what", async ({ stdin }) => {
    const { code, stderr } = await promote(["prod-eu-1"], onTerminal(stdin));
    expect({ code, isTold: stderr.includes("nothing was changed") }).toEqual({ code: 1, isTold: true });
    expect(await written()).toBe(before);
  });

  test("refuses to go on where nobody can be asked", async () => {
    const { code, stderr } = await promote(["prod-eu-1"], { stdin: "y\n" });
    expect({ code, stderr }).toEqual({ code: 2, stderr: "error: the question needs a terminal: give --yes, or --dry-run\n" });
    expect(await written()).toBe(before);
  });

  test("refuses to overwrite a file that was edited meanwhile", async () => {
    const edited = `${before}# edited\n`;
    const onMessage = (text: string) =>
      text.includes("[y/N]") ? void writeFile(rollout.file, edited).then(() => input.push("y\n")) : undefined;
    const input = new Readable({ read() {} });
    const { code, stderr } = await promote(["prod-eu-1"], { stdin: input, isTTY: true, onMessage });
    expect({ code, isTold: stderr.includes("it was edited meanwhile") }).toEqual({ code: 2, isTold: true });
    expect(await written()).toBe(edited);
  });

  test.each([
    { what: "a cluster that there is not", words: ["prod-eu-2", "--yes"], code: 2, says: /prod-eu-2.*prod-eu-1/ },
    {
      what: "a profile that the cluster has not",
      words: ["prod-eu-1", "--yes", "--profile", "v2"],
      code: 2,
      says: /prod-eu-1 has no profile v2/,
    },
    { what: "several clusters at once", words: ["prod-*", "--yes"], code: 2, says: /prod-\*: name one cluster/ },
    { what: "a fleet of two places", words: ["prod-eu-1", "--yes", "--to", "s3://bucket/fleet"], code: 2, says: /name one fleet/ },
  ])("refuses $what", async ({ words, code, says }) => {
    expect(await promote(words)).toMatchObject({ code, stderr: expect.stringMatching(says) });
    expect(await written()).toBe(before);
  });

  test("changes nothing where the past cannot be read", async () => {
    await writeFile(rollout.file, before.replaceAll(rollout.simulator.url, "http://127.0.0.1:1"));
    const unreachable = await written();
    const { code, stderr } = await promote(["prod-eu-1", "--yes"]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("nothing was changed") });
    expect(await written()).toBe(unreachable);
  });
});
