// Lets alertstatus and another writer write to one real object at the same time.

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
  const own = ownWriter();
  const other = otherWriter(own);
  await Promise.all(
    [own, other].map(async ({ round }) => {
      for (let turn = 0; turn < ROUNDS_EACH; turn++) await round(turn);
    }),
  );
  await own.round(ROUNDS_EACH);

  expect((await current()).conditions).toEqual([
    ...other.standing(),
    expect.objectContaining({ type: "TelemetryFlowHealthy", ...own.standing() }),
  ]);
  expect(own.standing()).toEqual({ status: "False", reason: "AgentAllTelemetryDataDropped" });
  // Without these the two would not have met.
  expect(own.conflicts()).toBeGreaterThan(0);
  expect(other.conflicts()).toBeGreaterThan(0);
});

type Standing = Pick<Condition, "status" | "reason">;
type OwnWriter = ReturnType<typeof ownWriter>;

/** A pass of the product each turn; every other turn an alert fires, so that each has something new to say. */
function ownWriter() {
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
    // The last condition of this writer stood until now.
    expect(outcome.before).toEqual(standing);
    const { status, reason } = outcome.condition;
    standing = { status, reason };
  }

  return { round, standing: () => standing, conflicts: () => conflicts };
}

/** As telemetry-manager does: reads the object, changes its own conditions, puts the whole status back, and starts again after a conflict. */
function otherWriter(own: OwnWriter) {
  let standing: readonly object[] = [];
  let conflicts = 0;

  async function round(turn: number): Promise<void> {
    const ownCount = own.standing() === undefined ? 0 : 1;
    const { body, conditions } = await current();
    expect(conditions.filter(isTheirs)).toEqual(standing);
    const foreign = conditions.filter((condition) => !isTheirs(condition));
    expect(foreign.length).toBeGreaterThanOrEqual(ownCount);
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
