// Holds a part of a page to what the code says, or writes it anew.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { read } from "../house.ts";

/** Expects the lines between two markers of a page to be these; with ALERTSTATUS_WRITE=1 it writes them there. */
export function expectWritten(page: string, marker: string, lines: readonly string[]): void {
  const [begin, end] = [`<!-- ${marker} -->\n`, `<!-- /${marker} -->`];
  const written = read(page);
  const [before = "", rest = ""] = written.split(begin);
  expectPage(page, written, `${before}${begin}${lines.map((line) => `${line}\n`).join("")}${end}${rest.split(end)[1]}`);
}

/** Expects a page to be as it should be; with ALERTSTATUS_WRITE=1 it writes it so. */
export function expectPage(page: string, written: string, expected: string): void {
  if (process.env.ALERTSTATUS_WRITE === "1") writeFileSync(join(import.meta.dirname, "../..", page), expected);
  else expect(written).toBe(expected);
}
