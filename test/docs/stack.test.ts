// Holds what infra/README.md says of the stack to the stack itself.

import { expect, test } from "vitest";
import { isMap, isScalar, parseDocument } from "yaml";
import { read } from "../house.ts";
import { expectWritten } from "./written.ts";

type Parameter = { readonly name: string; readonly value: string; readonly comment: string | undefined };

const PAGE = "infra/README.md";

/** The parameters as serverless.yml has them, each with the comment before it. */
function parameters(): readonly Parameter[] {
  const items = parseDocument(read("serverless.yml"), { logLevel: "silent" }).getIn(["params", "default"]);
  if (!isMap(items)) throw new Error("serverless.yml has no parameters");
  return items.items.map(({ key, value }, index) => {
    const own = isScalar(key) ? key.commentBefore : undefined;
    const comment = own ?? (index === 0 ? items.commentBefore : undefined);
    return { name: String(key), value: String(value), comment: comment?.replaceAll(/\s*\n\s*/g, " ").trim() };
  });
}

test("infra/README.md lists the parameters of the stack (ALERTSTATUS_WRITE=1 writes them anew)", () => {
  // Parameters that go together share the comment of the first.
  const groups: Parameter[][] = [];
  for (const parameter of parameters())
    if (parameter.comment === undefined) groups.at(-1)?.push(parameter);
    else groups.push([parameter]);
  const spans = (texts: readonly string[]) =>
    texts.map((text) => (text === "" ? "empty" : `\`${text.replace("$" + "{sls:stage}", "<stage>")}\``));
  const cell = (texts: readonly string[]) => spans(new Set(texts).size === 1 ? texts.slice(0, 1) : texts).join(", ");
  const rows = groups.map((group) => [
    cell(group.map(({ name }) => name)),
    cell(group.map(({ value }) => value)),
    group[0]?.comment?.replaceAll("<", "&lt;"),
  ]);
  const lines = rows.map((row) => `| ${row.join(" | ")} |`);
  expect(lines.length).toBeGreaterThan(12);
  expectWritten(PAGE, "parameters", ["| parameter | default | what it is |", "|---|---|---|", ...lines]);
});
