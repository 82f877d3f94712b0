// Tries what doctor and cleanup say of a real API server where something acts on conditions, and what its schemas make of them.

import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { shippedProfiles } from "../../functions/cli/catalogue.ts";
import type { Check } from "../../functions/doctor/checks/check.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { actingCrds } from "../support/acting-crds.ts";
import { catalogueCrds } from "../support/catalogue-crds.ts";
import { MERGE_PATCH } from "./doctor-backend.ts";
import { type Clinic, find, openClinic } from "./doctor-clinic.ts";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const CAPI = "/apis/cluster.x-k8s.io/v1beta2/namespaces/default";
const TYPE = "alertstatus.io/OperationHealthy";
const NAMES = ["machinehealthchecks.cluster.x-k8s.io", "clusters.cluster.x-k8s.io", "machines.cluster.x-k8s.io"];

// Those of the catalogue have a status.
const crds = NAMES.map((name) => [...catalogueCrds(), ...actingCrds()].find((crd) => nameOf(crd) === name)!);
const example = (file: string) => parse(readFileSync(join(import.meta.dirname, "../../infra/examples/acting", file), "utf8"));
const profiles = Object.fromEntries((await shippedProfiles()).map(({ profile: { name, ...profile } }) => [name, profile]));
// Nothing listens there, and nothing here depends on it.
const ALERTS = { url: "http://127.0.0.1:1" };
const PROFILES = ["cluster-api-cluster", "cluster-api-machine"];

let clinic: Clinic;
beforeAll(async () => {
  clinic = await openClinic(inject("kubernetes")!);
  for (const crd of crds) await created(CRDS, crd);
  for (const plural of ["machinehealthchecks", "clusters", "machines"])
    while ((await clinic.admin("GET", `${CAPI}/${plural}`)).status !== 200) await sleep(50);
  await created(`${CAPI}/clusters`, example("cluster-availability-gate.yaml"));
  await created(`${CAPI}/machinehealthchecks`, example("machine-health-check.yaml"));
  await created(`${CAPI}/machines`, { apiVersion: "cluster.x-k8s.io/v1beta2", kind: "Machine", metadata: { name: "full" }, spec: {} });
});
afterAll(async () => {
  for (const name of NAMES) await clinic.admin("DELETE", `${CRDS}/${name}`);
  await clinic.close();
});

function nameOf(crd: object): string {
  return Object(crd).metadata.name;
}

async function created(path: string, object: object): Promise<void> {
  const { status, body } = await clinic.admin("POST", path, object);
  expect({ status, body: status === 201 ? {} : body }).toEqual({ status: 201, body: {} });
}

const admin = () => ({ ...clinic.kubernetes, auth: { token: { file: "token-of-the-administrator" } } });
const examine = (entry: object = {}): Promise<readonly Check[]> =>
  clinic.examine({ profiles: PROFILES, alerts: ALERTS, ...entry }, { profiles });
const saidOf = (count: number) =>
  [...Array(count).keys()].map((nth) => ({
    type: `Said${nth}`,
    status: "True",
    reason: "Said",
    message: "",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  }));

describe("doctor", () => {
  test("says who acts on the conditions, and with which guard", async () => {
    const checks = await examine({ kubernetes: admin() });
    expect(find(checks, "acting by MachineHealthCheck")).toMatchObject({
      was: "ok",
      message: expect.stringMatching(/^machinehealthcheck\/default\/operation remediates machines .* \(unhealthyLessThanOrEqualTo 20%\)$/),
    });
    expect(find(checks, "acting by Cluster")?.message).toContain(`cluster/default/prod-eu-1 is Available only while its ${TYPE} is True`);
    expect(find(checks, "acting by NodeHealthCheck")).toBeUndefined();
  });

  test("skips what its login may not list", async () => {
    const checks = await examine();
    expect(find(checks, "acting by MachineHealthCheck")).toMatchObject({ was: "skipped", message: expect.stringContaining("(forbidden)") });
  });

  test("says what the API server makes of a list of conditions", async () => {
    expect(find(await examine({ kubernetes: admin() }), "condition list of Machine")).toMatchObject({
      was: "ok",
      message: "a map: each writer owns its entries; it takes 32 entries",
    });
    const kyma = await clinic.examine();
    expect(find(kyma, "condition list of TracePipeline")).toMatchObject({ was: "ok", message: expect.stringMatching(/^atomic: /) });
  });

  test("names an object whose list is full", async () => {
    await clinic.admin("PATCH", `${CAPI}/machines/full/status`, { status: { conditions: saidOf(32) } }, MERGE_PATCH);
    expect(find(await examine({ kubernetes: admin() }), "condition list of Machine")).toMatchObject({
      was: "warning",
      message: "full, with 32 entries: 1 objects, such as full",
    });
  });
});

test("cleanup says who gates on what it removes, before it removes it", async () => {
  const message = "No alert fires for this object.";
  const condition = { type: TYPE, status: "True", reason: "Operates", message, lastTransitionTime: "2026-01-01T00:00:00Z" };
  const path = `${CAPI}/clusters/prod-eu-1`;
  await clinic.admin("PATCH", `${path}/status`, { status: { conditions: [condition] } }, MERGE_PATCH);
  const fleet = join(clinic.folder, "fleet.json");
  await writeFile(
    fleet,
    JSON.stringify({ clusters: [{ name: "leaving", profiles: PROFILES, alerts: ALERTS, kubernetes: admin() }], profiles }),
  );
  const conditions = async () => Object((await clinic.admin("GET", path)).body).status.conditions;
  const clean = async (...words: readonly string[]) => alertstatus(["cleanup", "-f", fleet, "-c", "leaving", ...words]);
  const said = `cluster/default/prod-eu-1 is Available only while its ${TYPE} is True: without ${TYPE}, Available turns Unknown`;
  expect((await clean("--dry-run")).stderr).toContain(said);
  expect(await conditions()).toHaveLength(1);
  const ended = await clean();
  expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining(said) });
  expect(ended.stderr).toContain("machinehealthcheck/default/operation remediates machines");
  expect(await conditions()).toEqual([]);
});
