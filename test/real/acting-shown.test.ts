// Holds the examples of what acts on conditions to what they promise, and tries those that only show them.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { shippedProfiles } from "../../functions/cli/catalogue.ts";
import { isJudged } from "../../functions/core/profile/profile.ts";
import { parseDurationMs } from "../../functions/core/time.ts";
import { apiRequest } from "../support/api-request.ts";
import { aResource } from "../support/builders.ts";
import { healthOf } from "../support/lua.ts";

const FOLDER = join(import.meta.dirname, "../../infra/examples/acting");
const access = inject("kubernetes")!;
const admin = apiRequest({ server: access.server, ca: access.ca, token: access.adminToken });

const read = (file: string) => parse(readFileSync(join(FOLDER, file), "utf8"));
const shipped = await shippedProfiles();
const files = readdirSync(FOLDER).filter((file) => file.endsWith(".yaml"));
const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;
if (!hasKubectl) console.error("\nLEFT OUT: kubectl wait, for there is no kubectl here\n");

/** What a manifest does about a condition, and when: the lists that the controllers know, wherever they stand in it. */
function actsIn(value: unknown): readonly { type: string; status: string; afterMs: number }[] {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(actsIn);
  if (!("type" in value && "status" in value)) return inner;
  const { type, status, timeoutSeconds, duration } = value as Record<"type" | "status" | "timeoutSeconds" | "duration", unknown>;
  return [{ type: String(type), status: String(status), afterMs: parseDurationMs(String(duration ?? `${timeoutSeconds}s`)) }, ...inner];
}

type Spec = { readonly remediation?: { readonly triggerIf?: object }; readonly minHealthy?: string };

/** What remediates, with the kind that it acts on and its guard. */
const REMEDIES: Readonly<Record<string, { readonly kind: string; readonly guardOf: (spec: Spec) => unknown }>> = {
  MachineHealthCheck: { kind: "Machine", guardOf: ({ remediation }) => Object(remediation?.triggerIf).unhealthyLessThanOrEqualTo },
  NodeHealthCheck: { kind: "Node", guardOf: ({ minHealthy }) => minHealthy },
};

/** The longest wait of an alert that turns the condition of a kind False: what the catalogue says, or the default of a profile. */
function longestWaitMs(kind: string, type: string): number {
  const flows = shipped.flatMap(({ profile }) => (profile.condition === type ? profile.flows.filter(({ of }) => of.kind === kind) : []));
  const rows = flows.filter(isJudged).flatMap((flow) => flow.rows.filter(({ status }) => status !== "Unknown"));
  return Math.max(...["5m", ...rows.map((row) => row.for ?? "5m")].map(parseDurationMs));
}

const TWO_TICKS_MS = 2 * 60_000;
const remediating = files.filter((file) => actsIn(read(file)).length > 0);

test("the manifests that remediate are known to be those", () => {
  expect(remediating.map((file) => read(file).kind).sort()).toEqual(Object.keys(REMEDIES).sort());
});

describe.each(remediating)("%s, which remediates,", (file) => {
  test("acts on what is False under a type with a prefix, and never on what is Unknown", () => {
    for (const { type, status } of actsIn(read(file)))
      expect([type, status]).toEqual([expect.stringMatching(/^alertstatus\.io\//), "False"]);
  });

  test("has a guard that is less than everything", () => {
    const { kind, spec } = read(file);
    expect(REMEDIES[kind]!.guardOf(spec)).toMatch(/^[1-9][0-9]?%$/);
  });

  test("waits for as long as the alert does, and two ticks more", () => {
    const { kind } = REMEDIES[read(file).kind]!;
    for (const { type, afterMs } of actsIn(read(file))) expect(afterMs).toBeGreaterThanOrEqual(longestWaitMs(kind, type) + TWO_TICKS_MS);
  });
});

test("the rule that taints tells only, and keeps no pod from a node without another", () => {
  expect(read("node-readiness-rule.yaml").spec).toMatchObject({ dryRun: true, taint: { effect: "PreferNoSchedule" } });
});

test("no expression asks `all`, which is true of a condition that is not there", () => {
  for (const { failed, current } of read("flux-kustomization.yaml").spec.healthCheckExprs)
    for (const expression of [failed, current]) expect(expression).toMatch(/^(?!.*\.all\().*\.exists\(/);
});

describe("Argo CD shows a pipeline", () => {
  const { data } = read("argo-cd-cm.yaml");
  const script = data["resource.customizations.health.telemetry.kyma-project.io_TracePipeline"];
  const condition = (type: string, status: string) => ({ type, status, message: `${type} "is" ${status}:\n100 % Ü` });
  const own = condition("GatewayHealthy", "True");
  const flow = (status: string) => condition("TelemetryFlowHealthy", status);

  test.each<{ when: string; status?: object; health: string; because?: object }>([
    { when: "it has no status", health: "Progressing" },
    { when: "it has no conditions", status: {}, health: "Progressing" },
    { when: "ours is not there yet", status: { conditions: [own] }, health: "Healthy", because: own },
    { when: "ours is Unknown", status: { conditions: [own, flow("Unknown")] }, health: "Healthy", because: own },
    {
      when: "ours is Unknown, and its own is False",
      status: { conditions: [condition("GatewayHealthy", "False"), flow("Unknown")] },
      health: "Degraded",
    },
    { when: "the flow is broken", status: { conditions: [own, flow("False")] }, health: "Degraded", because: flow("False") },
    {
      when: "its own is False, and the flow is proven",
      status: { conditions: [condition("GatewayHealthy", "False"), flow("True")] },
      health: "Degraded",
    },
    { when: "the flow is proven", status: { conditions: [own, flow("True")] }, health: "Healthy", because: flow("True") },
    { when: "nothing is known at all", status: { conditions: [flow("Unknown")] }, health: "Progressing" },
  ])("as $health when $when", ({ status, health, because }) => {
    const object = { kind: "TracePipeline", metadata: { name: "checkout", generation: 3 }, spec: {}, status };
    expect(healthOf(script, object)).toMatchObject({ status: health, ...(because && { message: Object(because).message }) });
  });
});

describe.skipIf(!hasKubectl)("kubectl wait", () => {
  const PIPELINES = "/apis/telemetry.kyma-project.io/v1beta1/tracepipelines";
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "alertstatus-wait-"));
    const cluster = { server: access.server, "certificate-authority-data": btoa(access.ca) };
    const contexts = [{ name: "here", context: { cluster: "here", user: "me" } }];
    const users = [{ name: "me", user: { token: access.adminToken } }];
    await writeFile(
      join(folder, "config"),
      JSON.stringify({ clusters: [{ name: "here", cluster }], users, contexts, "current-context": "here" }),
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Whether it waits in vain: zero seconds is one look. */
  const waits = (name: string, condition: string) => {
    const words = ["wait", `tracepipeline/${name}`, `--for=condition=${condition}`, "--timeout=0s", "--kubeconfig", join(folder, "config")];
    return spawnSync("kubectl", words, { encoding: "utf8", env: { PATH: process.env.PATH, HOME: folder } }).status !== 0;
  };

  test.each<{ when: string; conditions: readonly object[]; True: boolean; False: boolean }>([
    { when: "there is no condition", conditions: [], True: false, False: false },
    { when: "the flow is proven", conditions: [{ status: "True", observedGeneration: 1 }], True: true, False: false },
    { when: "the flow is broken", conditions: [{ status: "False", observedGeneration: 1 }], True: false, False: true },
    { when: "nothing is known", conditions: [{ status: "Unknown", observedGeneration: 1 }], True: false, False: false },
    { when: "it was proven of an older generation", conditions: [{ status: "True", observedGeneration: 0 }], True: false, False: false },
  ])("is over when $when: True $True, False $False", async ({ when, conditions, True, False }) => {
    const name = when.replaceAll(" ", "-");
    const { object } = aResource({ name });
    await admin("POST", PIPELINES, { ...object, metadata: { name } });
    const said = { type: "TelemetryFlowHealthy", reason: "Said", message: "", lastTransitionTime: "2026-01-01T00:00:00Z" };
    const status = { conditions: conditions.map((one) => ({ ...said, ...one })) };
    await admin("PATCH", `${PIPELINES}/${name}/status`, { status }, "application/merge-patch+json");
    expect({ True: !waits(name, "TelemetryFlowHealthy"), False: !waits(name, "TelemetryFlowHealthy=False") }).toEqual({ True, False });
  });
});
