// Tries the usage errors and the failures of `cleanup`; the removal itself is tried on a real API server.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alertstatus } from "./alertstatus.ts";

let folder: string;
let fleet: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "alertstatus-cleanup-"));
  fleet = join(folder, "fleet.json");
  // Nothing listens on port 1.
  const prod = { name: "prod", kubernetes: { server: "https://127.0.0.1:1" } };
  const locked = { name: "locked", kubernetes: { ...prod.kubernetes, auth: { token: { file: "missing" } } } };
  await writeFile(fleet, JSON.stringify({ clusters: [prod, locked] }));
});
afterAll(() => rm(folder, { recursive: true }));

describe("alertstatus cleanup exits with 2", () => {
  test.each([
    { how: "without a cluster", words: () => ["--fleet", fleet], says: "required option '-c, --cluster <name>' not specified" },
    {
      how: "with a cluster that is not in the fleet",
      words: () => ["-f", fleet, "-c", "moon"],
      says: "no such cluster in the fleet: moon",
    },
    { how: "without a fleet", words: () => ["-c", "prod"], says: "no fleet is named" },
    { how: "with a fleet that is not there", words: () => ["-f", join(folder, "none.yml"), "-c", "prod"], says: "there is no such file" },
    { how: "with a selector", words: () => ["-f", fleet, "-c", "prod", "-l", "region=eu"], says: "unknown option '-l'" },
    { how: "with a resource", words: () => ["-f", fleet, "-c", "prod", "tracepipeline/backend"], says: "too many arguments" },
    { how: "with an unknown format", words: () => ["-f", fleet, "-c", "prod", "-o", "xml"], says: "Allowed choices are table, wide, json" },
  ])("$how", async ({ words, says }) => {
    const { code, stdout, stderr } = await alertstatus(["cleanup", ...words()]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toContain(says);
  });
});

describe("alertstatus cleanup exits with 1", () => {
  test("where the cluster does not answer, and prints the remedy", async () => {
    const { code, stdout, stderr } = await alertstatus(["cleanup", "-f", fleet, "-c", "prod", "-o", "json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ cluster: "prod", was: "unreachable", code: "connection-refused", resources: [] });
    expect(stderr).toBe("");
    expect(await alertstatus(["cleanup", "-f", fleet, "-c", "prod"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/prod: unreachable: .*check that the server is up/s),
    });
  });

  test("where the login cannot be read, and names its cluster", async () => {
    const { code, stdout, stderr } = await alertstatus(["cleanup", "-f", fleet, "-c", "locked"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: locked: .*check the reference in the fleet file/s);
  });
});
