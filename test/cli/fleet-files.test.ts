// Holds every wrong fleet file to a message with the path, and without its content.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadFleet } from "../../functions/io/fleet/source.ts";
import { alertstatus, type Ended } from "./alertstatus.ts";
import {
  addresses,
  aliasBomb,
  CANARY,
  fleet,
  identity,
  kubernetes,
  secrets,
  shapeless,
  syntax,
  unknownFields,
  waysIn,
} from "./wrong-fleet-files.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-fleet-files-"));
});
afterAll(() => rm(folder, { recursive: true }));

const wrongFiles = [
  { with: "which is no fleet", files: shapeless },
  { with: "with an unknown field", files: unknownFields },
  { with: "with a wrong value", files: identity },
  { with: "with no way in, or two", files: waysIn },
  { with: "with a secret in it", files: secrets },
  { with: "with an address that is never contacted like this", files: addresses },
  { with: "that is no YAML", files: syntax },
];

describe.each(wrongFiles)("a file $with is refused with the path and what is expected there", ({ files }) => {
  test.each(files)("%s", async (_, text, expected) => {
    const message = await refusal(text);
    expect(message).toContain(expected);
    expect(message).not.toContain("canary");
  });
});

test("a refusal lists all errors of all entries, each once", async () => {
  const { clusters } = JSON.parse(fleet({ mode: "x", typo: 1 }));
  const text = JSON.stringify({ clusters: [...clusters, { name: "a" }, { name: "b" }], defaults: { paused: "yes", kubernetes: {} } });
  const lines = (await refusal(text)).split("\n").slice(1);
  expect(lines.map((line) => line.trim().replace(/: .*/, "")).sort()).toEqual([
    "clusters[0]",
    "clusters[0].mode",
    "defaults.kubernetes",
    "defaults.paused",
  ]);
});

describe("the place of a fleet", () => {
  test.each([
    { place: "missing.yml", says: "missing.yml: there is no such file: name the fleet file with --fleet, or in FLEET" },
    { place: "", says: "cannot be read: EISDIR" },
    { place: "gs://bucket/fleet.yml", says: "gs://bucket/fleet.yml: a fleet is read from a path, file:PATH, s3://bucket/key or ssm:/name" },
  ])("$place: $says", async ({ place, says }) => {
    const { code, stderr } = await validate(["--fleet", place.startsWith("gs:") ? place : join(folder, place)]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

test("thousands of clusters may share one anchor", { timeout: 60_000 }, async () => {
  const shared = "defaults: &all\n  labels: &labels {region: eu}\n  kubernetes: &in {server: https://api.example}\n";
  const clusters = Array.from({ length: 3_000 }, (_, index) => `  - {name: c${index}, labels: *labels, kubernetes: *in}\n`);
  const loaded = await loadFleet(await written(`${shared}clusters:\n${clusters.join("")}`));
  expect(loaded.fleet.clusters).toHaveLength(3_000);
  expect(loaded.fleet.clusters.at(-1)).toMatchObject({ name: "c2999", labels: { region: "eu" } });
});

describe("alertstatus fleet validate", () => {
  test("accepts YAML, JSON and file:, by flag or variable, with exit code 0", async () => {
    const yaml = await written("clusters:\n  - name: prod\n    paused: true\n    kubernetes: {server: https://api.example}\n");
    expect(await validate(["--fleet", yaml])).toMatchObject({ code: 0, stdout: expect.stringContaining("1 of them paused"), stderr: "" });
    expect(await validate(["--fleet", `file:${await written(fleet())}`])).toMatchObject({ code: 0, stderr: "" });
    expect(await validate([], { FLEET: yaml })).toMatchObject({ code: 0 });
    expect(await validate([], { FLEET: "missing.yml", ALERTSTATUS_FLEET: yaml })).toMatchObject({ code: 0 });
  });

  test("counts the clusters in each ring, and those in none", async () => {
    const rings = "defaults: {rings: [{when: tier=dev, profiles: [kyma-telemetry]}, {when: tier=stag, profiles: [kyma-telemetry]}]}\n";
    const clusters = ["dev", "dev", "stage"].map(
      (tier, index) => `- {name: c${index}, labels: {tier: ${tier}}, kubernetes: {server: "https://a.b"}}\n`,
    );
    expect(await validate(["--fleet", await written(`${rings}clusters:\n${clusters.join("")}`)])).toMatchObject({
      code: 0,
      stdout: "valid: 3 clusters; in the rings: 2 tier=dev, 0 tier=stag; 1 in none\n",
    });
  });

  test.each([
    { what: "a wrong entry", text: fleet({ mode: "dry-run" }), says: "clusters[0].mode" },
    { what: "an inline secret", text: kubernetes({ auth: { token: CANARY } }), says: "clusters[0].kubernetes.auth.token" },
    { what: "bad YAML", text: `clusters: [${CANARY}`, says: "line 1, column" },
    { what: "an alias bomb", text: aliasBomb(), says: "aliases multiply" },
  ])("refuses $what on stderr, with exit code 2", async ({ text, says }) => {
    const { code, stdout, stderr } = await validate(["--fleet", await written(text)]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(says);
    expect(stderr).not.toContain(CANARY);
  });

  test("says what a stack cannot read of a fleet that the terminal can", async () => {
    const file = await written(kubernetes({ ca: { file: "ca.pem" } }));
    expect(await validate(["--fleet", file])).toMatchObject({ code: 0 });
    const { code, stderr } = await validate(["--fleet", file, "--for", "stack"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining("clusters[0].kubernetes.ca `prod`: a fleet from s3: or ssm: may use"),
    });
    expect(
      await validate(["--fleet", await written(fleet({ kubernetes: { server: "https://api.example" } })), "--for", "stack"]),
    ).toMatchObject({ code: 0, stdout: "valid for a stack: 1 cluster\n" });
  });

  test("refuses to run without a fleet, or with a missing one", async () => {
    expect(await validate([])).toMatchObject({
      code: 2,
      stderr: "error: no fleet is named: set FLEET, or in the terminal ALERTSTATUS_FLEET or --fleet\n",
    });
    expect(await validate(["--fleet", join(folder, "missing.yml")])).toMatchObject({ code: 2 });
  });
});

async function written(text: string): Promise<string> {
  const file = join(await mkdtemp(join(folder, "fleet-")), "fleet.yml");
  await writeFile(file, text);
  return file;
}

async function refusal(text: string): Promise<string> {
  const { code, stdout, stderr } = await validate(["--fleet", await written(text)]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  // The name of a cluster and the line have tests of their own.
  return stderr.trimEnd().replaceAll(/ `[^`]*`(?=[:,;])|, line \d+(?=[:;])/g, "");
}

function validate(options: readonly string[], environment?: NodeJS.ProcessEnv): Promise<Ended> {
  return alertstatus(["fleet", "validate", ...options], environment);
}
