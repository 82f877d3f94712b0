// Tries the command `deploy` where there is no package; test/system/packaged-stack.test.ts deploys from one.

import { expect, test } from "vitest";
import { alertstatus } from "./alertstatus.ts";

test("deploy in a clone names the command of clones", async () => {
  const stderr = "error: only the package carries the stack: in a clone, use npm run deploy\n";
  expect(await alertstatus(["deploy", "--stage", "prod"])).toEqual({ code: 2, stdout: "", stderr });
});

test("deploy asks for a stage", async () => {
  expect(await alertstatus(["deploy"])).toMatchObject({ code: 2, stderr: expect.stringContaining("required option '--stage <name>'") });
});
