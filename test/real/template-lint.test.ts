import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { packageStack } from "../infra/packaged.ts";
import { locate, part } from "../tools/parts/parts.ts";

// W3005: osls waits for a function's role twice over.
const ACCEPTED = ["W3005"];

const folder = mkdtempSync(join(tmpdir(), "alertstatus-lint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("cfn-lint has nothing to say about", () => {
  test.each<{ stack: string; params: Record<string, string> }>([
    { stack: "the stack as it is", params: {} },
    {
      stack: "the stack in a VPC, with topics, letters and a fleet of its own place",
      params: {
        vpcSubnets: "subnet-0a1b2c3d,subnet-1a1b2c3d",
        vpcSecurityGroups: "sg-0a1b2c3d",
        topics: "arn:aws:sns:eu-central-1:123456789012:amp=prod",
        alarmEmail: "ops@example.com",
        fleet: "s3://central/fleet.yml",
        receiverSecret: "secret:alertstatus/test/receiver#current",
        receiveConcurrency: "0",
        tick: "rate(5 minutes)",
      },
    },
  ])("$stack", async ({ params }) => {
    expect(await lint((await packageStack(params)).text)).toEqual([]);
  });

  test("what lets the stack into an EKS cluster", async () => {
    expect(await lint(readFileSync(join(import.meta.dirname, "../../infra/cluster/eks-access-entry.yml"), "utf8"))).toEqual([]);
  });

  test("and would have, if it were wrong", async () => {
    const { text } = await packageStack();
    expect(await lint(text.replace('"rate(1 minute)"', '"every minute"').replace("nodejs24.x", "nodejs12.x"))).not.toEqual([]);
  });
});

/** What it finds, a line each. */
async function lint(template: string): Promise<readonly string[]> {
  const file = join(folder, "template.json");
  writeFileSync(file, template);
  const words = ["--format", "parseable", "--regions", "eu-central-1", "--ignore-checks", ...ACCEPTED, "--template", file];
  const { stdout } = await promisify(execFile)(join(locate(part("cfn-lint")) ?? "", "cfn-lint"), words).catch(
    (error: { stdout: string }) => error,
  );
  return stdout.split("\n").filter((line) => line !== "");
}
