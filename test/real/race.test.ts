import { expect, inject, test } from "vitest";
import { clock } from "../../functions/clock.ts";
import type { Cluster } from "../../functions/cluster/cluster.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { isObject } from "../../functions/core/json.ts";
import { type Condition, parseResource } from "../../functions/core/kubernetes/resource.ts";
import { listResources, patchConditions, readResource } from "../../functions/io/kubernetes/resources.ts";
import { reconcileCluster } from "../../functions/reconcile/cluster.ts";
import { clientTo } from "../contract/cluster.ts";
import { apiRequest } from "../support/api-request.ts";
import { anAlert, aReading, aResource } from "../support/builders.ts";

const ROUNDS_EACH = 300;
const THEIRS = ["ConfigurationGenerated", "GatewayHealthy", "AgentHealthy"];
const isTheirs = (condition: unknown) => isObject(condition) && THEIRS.includes(String(condition.type));

const access = inject("kubernetes")!;
const contested = aResource({ kind: "LogPipeline", name: "contested" });
const { group, version, plural } = contested.of;
const PATH = `/apis/${group}/${version}/${plural}`;
const request = apiRequest({ ...access, token: access.adminToken });

test(`in ${2 * ROUNDS_EACH} rounds of two writers no condition of either is lost or altered`, async () => {
  expect(await request("POST", PATH, { ...contested.object, metadata: { name: contested.name } })).toMatchObject({ status: 201 });
  const us = ourWriter();
  const them = theirWriter(us);
  await Promise.all(
    [us, them].map(async ({ round }) => {
      for (let turn = 0; turn < ROUNDS_EACH; turn++) await round(turn);
    }),
  );
  await us.round(ROUNDS_EACH);

  expect((await current()).conditions).toEqual([
    ...them.standing(),
    expect.objectContaining({ type: "TelemetryFlowHealthy", ...us.standing() }),
  ]);
  expect(us.standing()).toEqual({ status: "False", reason: "AgentAllTelemetryDataDropped" });
  // Without these the two would not have met.
  expect(us.conflicts()).toBeGreaterThan(0);
  expect(them.conflicts()).toBeGreaterThan(0);
});

type Standing = Pick<Condition, "status" | "reason">;
type OurWriter = ReturnType<typeof ourWriter>;

/** A pass of the product each turn; every other turn an alert fires, so that each has something new to say. */
function ourWriter() {
  const client = clientTo(access, access.token);
  const [entry] = parseFleet({ clusters: [{ name: "race", kubernetes: { server: access.server } }] }).clusters;
  let standing: Standing | undefined;
  let conflicts = 0;

  async function round(turn: number): Promise<void> {
    const firing = turn % 2 === 0 ? [anAlert("LogFluentBitAllDataDropped", { pipeline_name: contested.name })] : [];
    const cluster: Cluster = {
      readAlerts: async () => [aReading({ firing })],
      list: async (of) =>
        of.kind === contested.of.kind ? (await listResources(client, of)).filter(({ name }) => name === contested.name) : [],
      async read(resource) {
        conflicts++;
        return readResource(client, resource);
      },
      patch: (resource, conditions) => patchConditions(client, resource, conditions),
    };
    const bounds = { dryRun: false, deadline: Number.POSITIVE_INFINITY, clock };
    const [outcome] = (await reconcileCluster({ entry: entry!, cluster, ...bounds })).resources;
    if (outcome?.was === "refused") return expect(outcome.code).toBe("conflict");
    if (outcome?.was !== "patched" && outcome?.was !== "unchanged") return expect.fail(`unexpected: ${JSON.stringify(outcome)}`);
    // What we wrote last stood until now.
    expect(outcome.before).toEqual(standing);
    const { status, reason } = outcome.condition;
    standing = { status, reason };
  }

  return { round, standing: () => standing, conflicts: () => conflicts };
}

/** As telemetry-manager does: reads the object, changes its own conditions, puts the whole status back, and starts again where somebody was faster. */
function theirWriter(us: OurWriter) {
  let standing: readonly object[] = [];
  let conflicts = 0;

  async function round(turn: number): Promise<void> {
    const ours = us.standing() === undefined ? 0 : 1;
    const { body, conditions } = await current();
    expect(conditions.filter(isTheirs)).toEqual(standing);
    const foreign = conditions.filter((condition) => !isTheirs(condition));
    expect(foreign.length).toBeGreaterThanOrEqual(ours);
    const mine = THEIRS.map((type) => ({
      type,
      status: "True",
      reason: "Ready",
      message: `turn ${turn}`,
      lastTransitionTime: "2026-01-01T00:00:00Z",
    }));
    const { status } = await request("PUT", `${PATH}/${contested.name}/status`, { ...body, status: { conditions: [...mine, ...foreign] } });
    if (status === 409) {
      conflicts++;
      return round(turn);
    }
    expect(status).toBe(200);
    standing = mine;
  }

  return { round, standing: () => standing, conflicts: () => conflicts };
}

async function current() {
  const { body } = await request("GET", `${PATH}/${contested.name}`);
  const { object, conditions } = parseResource(contested.of, body);
  return { body: object, conditions };
}
