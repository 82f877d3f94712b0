// Holds what doctor reads in the objects that act on conditions: what they do, with which guard, and what follows where a condition goes.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { ACTORS, actingCheck, actsOf, consequences } from "../../../functions/doctor/checks/actors.ts";
import { aResource } from "../../support/builders.ts";

const NODE = "alertstatus.io/NodeTelemetryFlowing";
const OPERATION = "alertstatus.io/OperationHealthy";
const example = (file: string) => parse(readFileSync(join(import.meta.dirname, "../../../infra/examples/acting", `${file}.yaml`), "utf8"));
const actor = (kind: string) => ACTORS.find(({ of }) => of.kind === kind)!;

function actingOf(file: string, change: (spec: Record<string, never>) => void = () => {}, types = [NODE, OPERATION]) {
  const object = example(file);
  change(object.spec);
  const by = actor(object.kind);
  return actsOf(
    by,
    [{ ...aResource(), of: by.of, name: object.metadata.name, namespace: object.metadata.namespace, object }],
    new Set(types),
  );
}

test.each([
  {
    file: "machine-health-check",
    does: "machinehealthcheck/default/operation remediates machines whose alertstatus.io/OperationHealthy is False for 2400s (unhealthyLessThanOrEqualTo 20%)",
    follows: "machines count as healthy",
  },
  {
    file: "node-health-check",
    does: "nodehealthcheck/node-telemetry remediates nodes whose alertstatus.io/NodeTelemetryFlowing is False for 900s (minHealthy 80%, stormCooldownDuration 10m)",
    follows: "nodes count as healthy",
  },
  {
    file: "node-readiness-rule",
    does: "nodereadinessrule/node-telemetry would taint nodes (PreferNoSchedule) whose alertstatus.io/NodeTelemetryFlowing is not True",
    follows: "nodes count as True",
  },
  {
    file: "cluster-availability-gate",
    does: "cluster/default/prod-eu-1 is Available only while its alertstatus.io/OperationHealthy is True",
    follows: "Available turns Unknown",
  },
])("the example $file is told with its guard, and what follows without the condition", ({ file, does, follows }) => {
  const acting = actingOf(file);
  expect(actingCheck(acting)).toMatchObject({ was: "ok", message: does });
  const type = file.startsWith("node") ? NODE : OPERATION;
  expect(consequences(acting)).toEqual([`${does}: without ${type}, ${follows}`]);
});

test.each([
  { what: "a MachineHealthCheck without a guard", file: "machine-health-check", change: { remediation: {} }, risk: "no guard" },
  {
    what: "a MachineHealthCheck whose guard is 100%",
    file: "machine-health-check",
    change: { remediation: { triggerIf: { unhealthyLessThanOrEqualTo: "100%" } } },
    risk: "no guard",
  },
  {
    what: "a MachineHealthCheck on Unknown",
    file: "machine-health-check",
    change: { checks: { unhealthyMachineConditions: [{ type: OPERATION, status: "Unknown", timeoutSeconds: 60 }] } },
    risk: "acts on Unknown too",
  },
  { what: "a NodeHealthCheck without a guard", file: "node-health-check", change: { minHealthy: undefined }, risk: "no guard" },
  { what: "a NodeHealthCheck that wants none healthy", file: "node-health-check", change: { minHealthy: 0 }, risk: "no guard" },
  {
    what: "a rule that evicts",
    file: "node-readiness-rule",
    change: { dryRun: false, taint: { key: "readiness.k8s.io/t", effect: "NoExecute" } },
    risk: "evicts pods",
  },
])("$what is a warning", ({ file, change, risk }) => {
  const acting = actingOf(file, (spec) => Object.assign(spec, change));
  expect(actingCheck(acting)).toMatchObject({ was: "warning", message: expect.stringContaining(risk), remedy: expect.any(String) });
});

test("a range bounds a MachineHealthCheck", () => {
  const acting = actingOf("machine-health-check", (spec) =>
    Object.assign(spec, { remediation: { triggerIf: { unhealthyInRange: "[3-5]" } } }),
  );
  expect(actingCheck(acting)).toMatchObject({ was: "ok", message: expect.stringContaining("(unhealthyInRange [3-5])") });
});

test("a rule without a default taints nodes that lack the condition", () => {
  const conditions = [{ type: NODE, requiredStatus: "True" }];
  const acting = actingOf("node-readiness-rule", (spec) => Object.assign(spec, { conditions }));
  expect(consequences(acting)).toEqual([expect.stringContaining("nodes count as Unknown, and are tainted")]);
});

test("what acts on other types is not told", () => {
  expect(actingCheck(actingOf("machine-health-check", undefined, [NODE]))).toMatchObject({
    was: "ok",
    message: expect.stringContaining("none"),
  });
});

test("what may not be listed is skipped, and said before a cleanup", () => {
  const acting = { by: actor("MachineHealthCheck").of, code: "forbidden" } as const;
  expect(actingCheck(acting)).toMatchObject({ was: "skipped", message: expect.stringContaining("machinehealthchecks (forbidden)") });
  expect(consequences(acting)).toEqual([expect.stringContaining("this login may not list machinehealthchecks")]);
});

test("an object of another shape acts on nothing", () => {
  const by = actor("NodeHealthCheck");
  const odd = [undefined, "spec", {}, { unhealthyConditions: "all" }, { unhealthyConditions: [null, { type: 7 }] }];
  for (const spec of odd) expect(actsOf(by, [{ ...aResource(), object: { spec } }], new Set([NODE]))).toEqual({ by: by.of, acts: [] });
});
