// Holds the runbooks to the alarms of the stack and to the alerts in a cluster, both ways.

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { isJudged } from "../../functions/core/profile/profile.ts";
import { WATCHDOG } from "../../functions/core/verdict/finding.ts";
import { filesIn, namesIn, read } from "../house.ts";
import { anchorsOf, proseOf } from "./pages.ts";
import { expectWritten } from "./written.ts";

// biome-ignore lint/suspicious/noExplicitAny: a template is deep, and a test reads a small part of it
type Json = any;
type Told = { readonly name: string; readonly text: string };

const PAGE = "infra/runbooks.md";
// The package has the page beside the code, under the name of its release.
const ADDRESS = "https://unpkg.com/alertstatus/runbooks.md";

const documents = (files: readonly string[]): readonly Json[] => files.map((file) => parse(read(file), { logLevel: "silent" }));
const templates = ["infra", "infra/notify"].flatMap((folder) =>
  namesIn(folder)
    .files.filter((file) => file.endsWith(".yml"))
    .map((file) => `${folder}/${file}`),
);
const alarms: readonly Told[] = documents(templates)
  .flatMap(({ Resources = {}, stack }) => Object.values<Json>(stack?.Resources ?? Resources))
  .filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")
  .map(({ Properties: { AlarmName, AlarmDescription } }) => ({
    // One heading serves all stacks that deliver messages.
    name: AlarmName.replace(/^alertstatus-\$\{.*?\}-/, "").replace(/^\w+-(?=not-delivered$)/, ""),
    text: AlarmDescription,
  }));
const alerts: readonly Told[] = documents(filesIn("infra/cluster").filter((file) => file.endsWith(".rules.yml")))
  .flatMap(({ groups }) => groups.flatMap(({ rules }: Json) => rules))
  .flatMap(({ alert, annotations }) => (annotations === undefined ? [] : [{ name: alert, text: annotations.runbook_url }]));

const chapters = proseOf(PAGE)
  .split(/^(?=##+ )/m)
  .filter((chapter) => chapter.startsWith("### "));
const titleOf = (chapter: string) => chapter.slice("### ".length, chapter.indexOf("\n"));

test("the runbooks have one heading for each alarm and each alert, and no other", () => {
  expect(alarms.length).toBeGreaterThan(30);
  const names = new Set([...alarms, ...alerts, { name: WATCHDOG }].map(({ name }) => name));
  expect(chapters.map(titleOf).toSorted()).toEqual([...names].toSorted());
});

test("the package has the runbooks", () => {
  expect(read("infra/package/build.ts")).toContain(`  "${PAGE}",\n`);
});

describe.each(chapters)("%s", (chapter) => {
  test("says who is hurt, and what to type first", () => {
    expect(chapter).toMatch(/^- \*\*Hurt\*\*: \S/m);
    expect(chapter).toMatch(/^- \*\*First\*\*: `[^`\n]+`$/m);
    expect(chapter).toMatch(/^- \*\*Then\*\*: \S/m);
  });
});

test.each([...alarms, ...alerts])("$name ends with the link to its runbook", ({ name, text }) => {
  const [link = ""] = /\S+$/.exec(text) ?? [];
  expect(link).toBe(`${ADDRESS}#${name.toLowerCase()}`);
  expect(anchorsOf(PAGE)).toContain(name.toLowerCase());
});

test("the runbooks say what each rule of Kyma telemetry means (ALERTSTATUS_WRITE=1 writes it anew)", () => {
  const rows = kymaTelemetry.flows.filter(isJudged).flatMap(({ rows }) => rows);
  const lines = rows.map(({ alert, reason, message }) => {
    const [meaning = "", link] = message.split(" What to do: ");
    return `| \`${alert}\` | \`${reason}\` | ${meaning}${link === undefined ? "" : ` [What to do](${link})`} |`;
  });
  const head = ["| alert | reason | what it means |", "|---|---|---|"];
  expectWritten(PAGE, "rows", [...head, ...new Set(lines)]);
});
