// Tries `profile test` on cases that hold, that fail, and that are none.

import { describe, expect, test } from "vitest";
import { alertstatus } from "./alertstatus.ts";

const lost = (expected: string, more = "") => `
profile: kyma-telemetry
cases:
  - it: the gateway loses every span
    given:
      resources: [{kind: TracePipeline, name: shop, spec: {output: {otlp: {}}}}]
      firing: [{alert: TraceGatewayAllDataDropped, labels: {pipeline_name: shop}}]
    expect: {TracePipeline/shop: ${expected}}
${more}`;

describe("alertstatus profile test", () => {
  test("holds the built-in profile to the cases beside the examples", async () => {
    const { code, stdout, stderr } = await alertstatus(["profile", "test", "infra/examples/kyma-telemetry.cases.yml"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "26 cases of kyma-telemetry: all hold\n" });
    expect(stdout).not.toContain("failed");
  });

  test("shows what it says instead, and because of what, with exit code 1", async () => {
    const { code, stdout, stderr } = await alertstatus(["profile", "test", "-"], {}, { stdin: lost("True FlowHealthy") });
    expect({ code, stderr }).toEqual({ code: 1, stderr: "1 case of kyma-telemetry: 1 failed\n" });
    expect(stdout).toBe(
      [
        "failed  the gateway loses every span",
        "          TracePipeline/shop",
        "          - True FlowHealthy",
        "          + False GatewayAllTelemetryDataDropped, because of TraceGatewayAllDataDropped",
        "",
      ].join("\n"),
    );
  });

  test.each([
    { of: "without a list", stdin: "profile: kyma-telemetry", says: "cases: a list is needed here" },
    {
      of: "with an unknown kind",
      stdin: lost("True FlowHealthy").replace("kind: TracePipeline", "kind: Pod"),
      says: "has a Pod, of which the profile",
    },
    {
      of: "that expect something of nothing",
      stdin: lost("True FlowHealthy").replace("TracePipeline/shop:", "TracePipeline/other:"),
      says: "TracePipeline/other, which is not among its resources",
    },
    {
      of: "of an unknown profile",
      stdin: lost("True FlowHealthy").replace("profile: kyma-telemetry", "profile: other"),
      says: "there is no profile other",
    },
  ])("refuses cases $of with exit code 2", async ({ stdin, says }) => {
    const { code, stderr } = await alertstatus(["profile", "test", "-"], {}, { stdin });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(says) });
  });
});
