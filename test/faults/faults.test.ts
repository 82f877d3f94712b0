// Holds every known fault of one member to an outcome of its own, and to leaving the others exactly as they are without it.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Connect, connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { Metrics } from "../../functions/core/outcome/metrics.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { type Connections, openConnections } from "../../functions/io/http/connections.ts";
import { isQueueEvent, reconcileBatch } from "../../functions/reconcile/batch.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { openWorker } from "../../functions/reconcile/run.ts";
import { alertsBody, anAlert, aResource } from "../support/builders.ts";
import { aBatch } from "../support/lambda.ts";
import { aTick } from "../support/queue-messages.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";
import { alerts, floods, kubernetes, objects } from "./clusters.ts";
import { type Behind, describe, type Fault, withoutTime } from "./fault.ts";
import { type QueueFault, queue } from "./queue.ts";
import { http, network, tls } from "./servers.ts";

const README = join(import.meta.dirname, "../README.md");
const faults: readonly Fault[] = [...network, ...tls, ...http, ...kubernetes, ...alerts, ...objects, ...floods];
// The member with the fault is given up soon where it keeps silent, and the others wait as long as any machine needs.
const SILENT = /timeout/;
const IMPATIENT_MS = 300;
const PATIENT_MS = 60_000;

let folder: string;
let connections: Connections;
let victims: readonly Simulator[];
let untouched: readonly object[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "faults-"));
  connections = openConnections();
  victims = await Promise.all([startSimulator(), startSimulator(), startSimulator()]);
  await writeFile(join(folder, "token"), victims[0]!.token);
  untouched = await outcomesOfVictims();
});
afterAll(async () => {
  await connections.close();
  for (const { close } of victims) await close();
  await rm(folder, { recursive: true });
});

test.each(faults)("a cluster whose server $name: $outcome", async ({ open, outcome }) => {
  const behind = await open();
  onTestFinished(() => void behind.close());
  const outcomes = await run(behind, SILENT.test(outcome) ? IMPATIENT_MS : PATIENT_MS);
  expect(describe(outcomes.find(({ cluster }) => cluster === "faulty")!)).toBe(outcome);
  expect(outcomes.filter(({ cluster }) => cluster !== "faulty").map(withoutTime)).toEqual(untouched);
  expect(JSON.stringify(outcomes)).not.toContain(victims[0]!.token);
});

test.each(queue)("a message that $name: $outcome", async ({ message: toMessage, outcome }) => {
  restore();
  const message = toMessage();
  const metrics: Metrics = {};
  const silent = () => undefined;
  const report = {
    begin: silent,
    info: silent,
    warn: silent,
    error: silent,
    publish: (sent: Metrics) => void Object.assign(metrics, sent),
  };
  const worker = openWorker({ fleet: "file:fleet.yml", tickMs: 60_000, pushPatienceMs: PATIENT_MS, shardSize: 200 }, report);
  onTestFinished(() => worker.connections.close());
  const event: unknown = aBatch(aTick(["victim-0", "victim-1", "victim-2"]), message);
  if (!isQueueEvent(event)) throw new Error("this is no event of a queue");
  const fleet = fleetOf();
  const { batchItemFailures } = await reconcileBatch(
    { ...worker, loadFleet: async () => ({ fleet, folder }) },
    event,
    Number.POSITIVE_INFINITY,
  );
  const counted = ["MessagesMalformed", "TickRequestsDropped", "PushRequestsDropped", "UnknownClusters"] as const;
  const words = counted.flatMap((name) => (metrics[name] ? [`${name} ${metrics[name]}`] : []));
  const isBack = batchItemFailures.some(({ itemIdentifier }) => itemIdentifier === message.messageId);
  expect([isBack ? "goes back" : "is done", ...words].join("; ")).toBe(outcome);
  expect(metrics).toMatchObject({ ClustersReconciled: victims.length, ResourcesPatched: 2, ClustersAccounted: victims.length });
});

test("there are at least sixty of them, each with a name of its own", () => {
  const names = [...faults, ...queue].map(({ kind, name }) => `${kind} ${name}`);
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(new Set(names).size).toBe(names.length);
});

test("test/README.md lists them (ALERTSTATUS_WRITE=1 writes the list anew)", async () => {
  const [begin, end] = ["<!-- faults -->", "<!-- /faults -->"];
  const written = await readFile(README, "utf8");
  const [before = "", rest = ""] = written.split(begin);
  const [, after = ""] = rest.split(end);
  const expected = `${before}${begin}\n${tableOf([...faults, ...queue])}\n${end}${after}`;
  if (process.env.ALERTSTATUS_WRITE === "1") await writeFile(README, expected);
  expect(process.env.ALERTSTATUS_WRITE === "1" ? expected : written).toBe(expected);
});

function tableOf(all: readonly (Fault | QueueFault)[]): string {
  const rows = all.map(({ kind, name, outcome }) => `| ${kind} | ${name.replaceAll("|", "\\|")} | ${outcome} |`);
  return ["| of | a member of the fleet that, or a message that | what becomes of it |", "|---|---|---|", ...rows].join("\n");
}

function fleetOf(behind?: Behind) {
  const auth = { token: { file: "token" } };
  const members = victims.map(({ url }, index) => ({
    name: `victim-${index}`,
    kubernetes: { server: url, auth },
    alerts: { url, proof: "none" },
  }));
  const faulty = behind === undefined ? [] : [{ name: "faulty", kubernetes: { server: behind.url, auth }, ...behind.more }];
  const fleet = parseFleet({ clusters: [...faulty, ...members] });
  if (fleet.wrong.length > 0) throw new Error(JSON.stringify(fleet.wrong));
  return fleet;
}

// One is well, one is throttled, and one has nothing.
function restore(): void {
  for (const [index, victim] of victims.entries()) {
    victim.remove("TracePipeline", "backend");
    if (index < 2) victim.put(aResource().object);
    victim.setAlerts(alertsBody({ firing: index === 1 ? [anAlert("TraceGatewayThrottling")] : [] }));
  }
}

async function run(behind: Behind | undefined, faultyMs: number): Promise<readonly ClusterOutcome[]> {
  restore();
  const patient = connector({ connections, folder, requestMs: PATIENT_MS });
  const hurried = connector({ connections, folder, requestMs: faultyMs });
  const connect: Connect = (entry, deadline) => (entry.name === "faulty" ? hurried : patient)(entry, deadline);
  return reconcileFleet(fleetOf(behind), { connect, clusterMs: 2 * PATIENT_MS });
}

async function outcomesOfVictims(): Promise<readonly object[]> {
  return (await run(undefined, PATIENT_MS)).map(withoutTime);
}
