import { describe, expect, test } from "vitest";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { ClusterOutcome, ResourceOutcome } from "../../functions/core/outcome/outcome.ts";
import type { Report } from "../../functions/io/report.ts";
import { publishTransitions } from "../../functions/reconcile/transitions.ts";

const { clusters, ...fleet } = parseFleet({ clusters: [{ name: "eu", kubernetes: { server: "https://eu.invalid" } }] });
const patched = (name: string): ResourceOutcome => ({
  apiVersion: "telemetry.kyma-project.io/v1beta1",
  kind: "TracePipeline",
  name,
  was: "patched",
  condition: { type: "TelemetryFlowHealthy", status: "False", reason: "GatewayThrottling", message: "The gateway refuses spans." },
  before: { status: "True", reason: "FlowHealthy" },
  because: ["TraceGatewayThrottling"],
});
const outcome = (cluster: string, resources: readonly ResourceOutcome[]): ClusterOutcome => ({
  cluster,
  was: "reconciled",
  resources,
  unlisted: [],
  ms: 1,
});

async function linesOf(outcomes: readonly ClusterOutcome[]): Promise<readonly object[]> {
  const lines: object[] = [];
  const info = (message: string, details: object) => void lines.push({ message, ...details });
  const silent = () => undefined;
  const report: Report = { begin: silent, info, warn: silent, error: silent, publish: silent };
  await publishTransitions({ bus: undefined, report, allowances: new Map() }, { clusters, ...fleet }, outcomes);
  return lines;
}

describe("the log", () => {
  test("has a line for a transition, without a bus too", async () => {
    expect(await linesOf([outcome("eu", [patched("backend"), { ...patched("quiet"), was: "unchanged" } as ResourceOutcome])])).toEqual([
      {
        message: "condition changed",
        cluster: "eu",
        resource: "tracepipeline/backend",
        type: "TelemetryFlowHealthy",
        from: { status: "True", reason: "FlowHealthy" },
        to: { status: "False", reason: "GatewayThrottling" },
        because: ["TraceGatewayThrottling"],
      },
    ]);
  });

  test("counts the transitions of a cluster with very many, after a hundred lines", async () => {
    const resources = Array.from({ length: 150 }, (_, index) => patched(`p${index}`));
    const lines = await linesOf([outcome("eu", resources)]);
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toEqual({ message: "more conditions changed", cluster: "eu", omitted: 50, to: { False: 50 } });
  });

  test("has no more lines for a run with very many clusters, and takes them from each in turn", async () => {
    const resources = Array.from({ length: 50 }, (_, index) => patched(`p${index}`));
    const lines = await linesOf(Array.from({ length: 90 }, (_, index) => outcome(`c${index}`, resources)));
    expect(lines).toHaveLength(101);
    expect(new Set(lines.map((line) => ("cluster" in line ? line.cluster : ""))).size).toBe(90);
  });
});
