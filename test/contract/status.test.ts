// States how status patches behave, for the simulator and for a real API server.

import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { valueAt } from "../../functions/core/json.ts";
import { withCondition } from "../../functions/core/kubernetes/condition.ts";
import { parseResource, type Resource } from "../../functions/core/kubernetes/resource.ts";
import { patchConditions, readResource } from "../../functions/io/kubernetes/resources.ts";
import { apiRequest } from "../support/api-request.ts";
import { aResource, kinds } from "../support/builders.ts";
import { aDatabase, type ContractCluster, clientTo, databases, openCluster } from "./cluster.ts";

const of = kinds.TracePipeline;
const OWN = "TelemetryFlowHealthy";
const TIME = "2026-01-01T00:00:00Z";

let cluster: ContractCluster;
beforeAll(async () => {
  cluster = await openCluster();
});
afterAll(() => cluster.close());

const user = () => clientTo(cluster, cluster.token);
const desired = (reason: string) => ({ status: "False", reason, message: "No span has arrived." }) as const;
const withOwn = ({ conditions, generation }: Resource, reason = "GatewayThrottling") =>
  withCondition(conditions, OWN, desired(reason), generation, TIME);
const stored = async (name: string) => parseResource(of, await cluster.find(of, name));

/** A pipeline of its own for each test, as the server keeps it. */
async function aPipeline(name: string, status?: object): Promise<Resource> {
  await cluster.put(of, { ...aResource({ name }).object, ...(status && { status }) });
  return stored(name);
}

const foreign = (type: string) => ({
  type,
  status: "True",
  reason: "Ready",
  message: `"${type}" ⚡ <b>\t`,
  lastTransitionTime: TIME,
  observedGeneration: 1,
});

describe("a status patch", () => {
  test("adds the first condition", async () => {
    const before = await aPipeline("untold");
    await patchConditions(user(), before, withOwn(before));
    expect((await stored("untold")).conditions).toEqual([
      {
        type: OWN,
        status: "False",
        reason: "GatewayThrottling",
        message: "No span has arrived.",
        lastTransitionTime: TIME,
        observedGeneration: 1,
      },
    ]);
  });

  test("changes its condition only: not the spec, not the generation, not a byte of the other conditions or their order", async () => {
    const conditions = [foreign("ConfigurationGenerated"), { ...foreign(OWN), status: "Unknown" }, foreign("GatewayHealthy")];
    const before = await aPipeline("shared", { conditions });
    await patchConditions(user(), before, withOwn(before));
    const after = await stored("shared");
    expect(after.conditions[1]).toMatchObject({ type: OWN, reason: "GatewayThrottling" });
    expect(JSON.stringify(after.conditions.with(1, null))).toBe(JSON.stringify(before.conditions.with(1, null)));
    expect(after.object.spec).toEqual(before.object.spec);
    expect(after.generation).toBe(before.generation);
  });

  test("keeps the rest of the status", async () => {
    const legacy = aResource({ kind: "LogPipeline", name: "status-of-its-own" });
    await cluster.put(legacy.of, { ...legacy.object, status: { unsupportedMode: true, conditions: [foreign("AgentHealthy")] } });
    const before = parseResource(legacy.of, await cluster.find(legacy.of, legacy.name));
    await patchConditions(user(), before, withOwn(before));
    expect(await cluster.find(legacy.of, legacy.name)).toMatchObject({
      status: { unsupportedMode: true, conditions: [foreign("AgentHealthy"), { type: OWN }] },
    });
  });

  test("gives the object a new resource version", async () => {
    const before = await aPipeline("versioned");
    await patchConditions(user(), before, withOwn(before));
    expect((await stored("versioned")).resourceVersion).not.toBe(before.resourceVersion);
  });

  test("without a change keeps the resource version", async () => {
    const before = await aPipeline("unchanged", { conditions: [foreign(OWN)] });
    await patchConditions(user(), before, before.conditions);
    expect((await stored("unchanged")).resourceVersion).toBe(before.resourceVersion);
  });

  test("reaches a namespaced object", async () => {
    await cluster.put(databases, aDatabase("default", "status-orders"));
    const before = parseResource(databases, await cluster.find(databases, "status-orders", "default"));
    await patchConditions(clientTo(cluster, cluster.adminToken), before, withOwn(before));
    const after = await readResource(clientTo(cluster, cluster.adminToken), before);
    expect(after?.conditions).toMatchObject([{ type: OWN, reason: "GatewayThrottling" }]);
  });
});

describe("a dry run of a patch", () => {
  test("answers what would be kept, and changes nothing", async () => {
    const before = await aPipeline("dry");
    const answer = await patchConditions(user(), before, withOwn(before), { dryRun: true });
    expect(answer.conditions).toMatchObject([{ type: OWN, reason: "GatewayThrottling" }]);
    expect(await stored("dry")).toEqual(before);
  });

  test("is refused as the patch would be", async () => {
    const before = await aPipeline("dry-invalid");
    const conditions = [{ ...foreign(OWN), reason: "not one word" }];
    await expect(patchConditions(user(), before, conditions, { dryRun: true })).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("a refused patch changes nothing", () => {
  const attempts = {
    "is a conflict when another writer was faster": {
      reason: "GatewayThrottling",
      isStale: true,
      code: "conflict",
      message: /has been modified/,
    },
    "is invalid when the schema minds, and says what it minds": {
      reason: "not one word",
      isStale: false,
      code: "invalid",
      message: /TracePipeline.telemetry.kyma-project.io "[^"]+" is invalid: status.conditions\[1\].reason: Invalid value: /,
    },
    "is a conflict first and invalid second": { reason: "not one word", isStale: true, code: "conflict", message: /has been modified/ },
  } as const;

  test.each(Object.entries(attempts))("%s", async (title, { reason, isStale, code, message }) => {
    const name = title.replaceAll(/\W+/g, "-");
    const seen = await aPipeline(name, { conditions: [foreign("GatewayHealthy")] });
    if (isStale) await cluster.put(of, { ...seen.object, status: { conditions: [{ ...foreign("GatewayHealthy"), reason: "Faster" }] } });
    const before = await stored(name);
    await expect(patchConditions(user(), seen, withOwn(seen, reason))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await stored(name)).toEqual(before);
  });

  test("names every field that is missing", async () => {
    const seen = await aPipeline("incomplete");
    await expect(patchConditions(user(), seen, [{ type: OWN, status: "True", reason: "FlowHealthy" }])).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(
        /status\.conditions\[0\]\.lastTransitionTime: Required value.*status\.conditions\[0\]\.message: Required value/,
      ),
    });
  });
});

test("a patch without a resource version never conflicts", async () => {
  const seen = await aPipeline("unversioned");
  const path = `/apis/${of.group}/${of.version}/${of.plural}/unversioned/status`;
  const write = (reason: string) =>
    apiRequest({ ...cluster, token: cluster.token })(
      "PATCH",
      path,
      { status: { conditions: withOwn(seen, reason) } },
      "application/merge-patch+json",
    );
  await write("First");
  expect(await write("Second")).toMatchObject({ status: 200, body: { status: { conditions: [{ reason: "Second" }] } } });
});

test("a deleted resource is read as undefined, and cannot be patched", async () => {
  const seen = await aPipeline("gone");
  expect(await readResource(user(), seen)).toEqual(seen);
  await cluster.remove(of, "gone");
  expect(await readResource(user(), seen)).toBeUndefined();
  await expect(patchConditions(user(), seen, withOwn(seen))).rejects.toMatchObject({
    code: "not-found",
    message: expect.stringContaining('tracepipelines.telemetry.kyma-project.io "gone" not found'),
  });
});

test("the generation counts the specs, and starts at one", async () => {
  const first = await aPipeline("respecified");
  await cluster.put(of, { ...first.object, spec: { output: { otlp: { endpoint: { value: "https://other.example:4317" } } } } });
  expect([first.generation, (await stored("respecified")).generation]).toEqual([1, 2]);
});

// The simulator keeps no managed fields, so this is a claim about the real one only.
if (inject("kubernetes") !== undefined)
  test("managedFields names the field manager of a patch", async () => {
    const before = await aPipeline("managed");
    await patchConditions(user(), before, withOwn(before));
    const writers = valueAt(await cluster.find(of, "managed"), ["metadata", "managedFields"]);
    expect(writers).toContainEqual(expect.objectContaining({ manager: "alertstatus", subresource: "status" }));
  });
