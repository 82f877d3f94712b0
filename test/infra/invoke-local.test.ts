// Proves that `osls invoke local` runs the built function without AWS.

import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtFunctions } from "../support/made-once.ts";
import { osls, serviceFolder } from "./packaged.ts";

const folder = serviceFolder();
const FLEET = `clusters:
  - {name: prod, paused: true, kubernetes: {server: "https://kubernetes.example.com"}}
  - {name: test, mode: loud, kubernetes: {server: "https://kubernetes.example.com"}}
`;

beforeAll(async () => {
  writeFileSync(join(folder, "fleet.yml"), FLEET);
  cpSync(join(await builtFunctions(), "functions"), join(folder, ".build"), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("osls invoke local", () => {
  test("runs the built reconcile on this machine, without AWS", async () => {
    const words = ["--function=reconcile", "--param=fleet=file:fleet.yml", `--data=${JSON.stringify({ dryRun: true })}`];
    const output = await osls(folder, ["invoke", "local", ...words]);
    const { clusters } = JSON.parse(output.slice(output.indexOf("{\n")));
    expect(clusters.map(({ cluster, was }: { cluster: string; was: string }) => `${cluster} ${was}`)).toEqual([
      "test misconfigured",
      "prod paused",
    ]);
  });
});
