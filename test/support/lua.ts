// Evaluates a health check of Argo CD as Argo CD does: the object is the global `obj`, and what the script returns is the health.
// https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#custom-health-checks

import { spawnSync } from "node:child_process";
import { part, programOf } from "../tools/parts/parts.ts";

/** The health that a script gives to an object. */
export function healthOf(script: string, object: unknown): { readonly status: string; readonly message: string } {
  // Of all libraries, Argo CD opens the base, package, table and a part of os: what a script may not use is not there.
  const hidden = "io, debug, string, math, coroutine, channel = nil";
  const program = `obj = ${literal(object)}
local write = io.write
${hidden}
local health = (function()
${script}
end)()
write(health.status, "\\n", health.message)`;
  const { status, stdout, stderr } = spawnSync(programOf(part("gopher-lua"), "glua"), ["-e", program], { encoding: "utf8" });
  if (status !== 0 || stderr !== "") throw new Error(`the script fails: ${stderr}`);
  const [health = "", ...lines] = stdout.split("\n");
  return { status: health, message: lines.join("\n") };
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(literal).join(", ")}}`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
    return `{${fields.map(([key, one]) => `[${text(key)}] = ${literal(one)}`).join(", ")}}`;
  }
  return typeof value === "string" ? text(value) : String(value ?? "nil");
}

function text(value: string): string {
  return `"${[...Buffer.from(value)].map((byte) => `\\${String(byte).padStart(3, "0")}`).join("")}"`;
}
