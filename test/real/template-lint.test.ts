// Holds the deployed templates to cfn-lint.

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ELSEWHERE, packageStack } from "../infra/packaged.ts";
import { locate, part } from "../tools/parts/parts.ts";

// W3005: osls waits for a function's role twice over.
const ACCEPTED = ["W3005"];

const folder = mkdtempSync(join(tmpdir(), "alertstatus-lint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let findings: readonly string[];
// It takes seconds to start, so it starts once.
beforeAll(async () => {
  const { text } = await packageStack();
  const templates = {
    plain: text,
    everything: (await packageStack(ELSEWHERE)).text,
    access: templateAt("cluster/eks-access-entry"),
    slack: templateAt("notify/slack"),
    teams: templateAt("notify/teams"),
    pagerduty: templateAt("notify/pagerduty"),
    email: templateAt("notify/email"),
    wrong: templateAt("notify/email").replace("AWS::SQS::QueuePolicy", "AWS::SQS::QueuePolitics"),
  };
  for (const [name, template] of Object.entries(templates)) writeFileSync(fileOf(name), template);
  findings = await lint(Object.keys(templates).map(fileOf));
});

describe("cfn-lint has nothing to say about", () => {
  test.each([
    { what: "the stack as it is", name: "plain" },
    { what: "the stack in a VPC, with topics, letters, a page and a fleet of its own place", name: "everything" },
    { what: "what lets the stack into an EKS cluster", name: "access" },
    { what: "what tells Slack", name: "slack" },
    { what: "what tells Microsoft Teams", name: "teams" },
    { what: "what tells PagerDuty", name: "pagerduty" },
    { what: "what sends mails", name: "email" },
  ])("$what", ({ name }) => {
    expect(findings.filter((line) => line.startsWith(fileOf(name)))).toEqual([]);
  });

  test("and would have, if it were wrong", () => {
    expect(findings.filter((line) => line.startsWith(fileOf("wrong")))).not.toEqual([]);
  });
});

function templateAt(path: string): string {
  return readFileSync(join(import.meta.dirname, `../../infra/${path}.yml`), "utf8");
}

function fileOf(name: string): string {
  return join(folder, `${name}.template`);
}

/** What it finds in the files, a line each that begins with the file. */
async function lint(files: readonly string[]): Promise<readonly string[]> {
  const words = ["--format", "parseable", "--regions", "eu-central-1", "--ignore-checks", ...ACCEPTED, "--template", ...files];
  const { stdout } = await promisify(execFile)(join(locate(part("cfn-lint")) ?? "", "cfn-lint"), words).catch(
    (error: { stdout: string }) => error,
  );
  return stdout.split("\n").filter((line) => line !== "");
}
