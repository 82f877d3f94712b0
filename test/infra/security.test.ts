// Holds the threat model to the files that it names.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, ".github/SECURITY.md"), "utf8");

test("the threat model names files that exist", () => {
  const files = [...page.matchAll(/`((?:functions|infra|test)\/[\w./-]+\.\w+)`/g)].map(([, file = ""]) => file);
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test.each(["member cluster", "rule author or tenant", "fleet author", "sender of pushes", "person at the terminal", "CI"])(
  "the threat model has a row for: %s",
  (party) => {
    expect(page).toContain(`\n| ${party}`);
  },
);
