// Tries the heartbeat on a real API server, with the rights that are shipped for it.

import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { apiRequest } from "../support/api-request.ts";
import { apply, kustomize } from "../support/kustomize.ts";
import { loginFolder } from "../support/login-folder.ts";
import type { RealKubernetes } from "../support/real-kubernetes.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";

const LEASE = "/apis/coordination.k8s.io/v1/namespaces/default/leases/alertstatus";
const MINUTE_MS = 60_000;
const START_MS = Date.parse("2026-11-27T03:00:00Z");

/** Declares its tests, on an API server that nothing else changes meanwhile. */
export function holdsHeartbeat(serverThere: () => RealKubernetes): void {
  describe("the heartbeat", () => {
    let kubernetes: RealKubernetes;
    let prometheus: Simulator;
    let folder: string;
    const connections = openConnections();
    beforeAll(async () => {
      kubernetes = serverThere();
      prometheus = await startSimulator();
      folder = await loginFolder({ ca: kubernetes.ca, token: kubernetes.token });
    });
    afterAll(async () => {
      await connections.close();
      await Promise.all([prometheus.close(), rm(folder, { recursive: true })]);
    });

    function fleetOf(more: object = {}) {
      const access = { server: kubernetes.server, ca: { file: "ca" }, auth: { token: { file: "token" } } };
      return {
        clusters: [{ name: "real", heartbeat: "5m", kubernetes: access, alerts: { url: prometheus.alertsUrl, proof: "none" }, ...more }],
      };
    }

    /** A pass of a process of its own, minutes after the first. */
    async function pass(minutes: number, { dryRun, ...more }: { dryRun?: boolean; mode?: string; heartbeat?: string } = {}) {
      const fleet = parseFleet(fleetOf(more));
      expect(fleet.wrong).toEqual([]);
      const clock = { nowMs: () => START_MS + minutes * MINUTE_MS, monotonicMs: () => performance.now() };
      const [outcome] = await reconcileFleet(fleet, { connect: connector({ connections, folder, clock }), dryRun, clock });
      return outcome!;
    }

    async function lease() {
      const { metadata, spec = {} } = Object((await kubernetes.request("GET", LEASE)).body);
      return { version: metadata.resourceVersion, ...spec };
    }

    test("a pass without the right to renew the Lease does all else, and says what is missing", async () => {
      const { was, heartbeatRefused } = await pass(0);
      expect({ was, heartbeatRefused }).toMatchObject({
        was: "reconciled",
        heartbeatRefused: {
          code: "forbidden",
          message: expect.stringMatching(/^reading the Lease default\/alertstatus: .*cannot get resource "leases"/),
        },
      });
      await writeFile(join(folder, "fleet.json"), JSON.stringify(fleetOf()));
      const { code, stderr } = await alertstatus(["reconcile", "--fleet", join(folder, "fleet.json")]);
      expect({ code, stderr }).toMatchObject({
        code: 0,
        stderr: expect.stringMatching(/^real: heartbeat refused: .*\n {2}grant the permission/m),
      });
    });

    describe("with infra/cluster/heartbeat", () => {
      beforeAll(async () => {
        for (const object of kustomize("infra/cluster/heartbeat"))
          expect(await apply(kubernetes.request, object)).toMatchObject({ status: 201 });
        const user = apiRequest(kubernetes);
        while ((await user("GET", LEASE)).status !== 200) await sleep(20);
      });

      test("a dry run, an observed cluster and one without a heartbeat leave the Lease alone", async () => {
        const before = await lease();
        const untold: readonly ClusterOutcome[] = [
          await pass(0, { dryRun: true }),
          await pass(0, { mode: "observe" }),
          await pass(0, { heartbeat: undefined }),
        ];
        expect(untold.map(({ was, heartbeatRefused }) => ({ was, heartbeatRefused }))).toEqual(untold.map(() => ({ was: "reconciled" })));
        expect(await lease()).toEqual(before);
      });

      test("passes of many processes renew it once a period", async () => {
        expect(await pass(0)).not.toHaveProperty("heartbeatRefused");
        const first = await lease();
        expect(first).toMatchObject({ holderIdentity: "alertstatus", leaseDurationSeconds: 300, renewTime: "2026-11-27T03:00:00.000000Z" });
        for (const minutes of [1, 2, 3, 4]) expect(await pass(minutes)).not.toHaveProperty("heartbeatRefused");
        expect(await lease()).toEqual(first);
        // The first of them may renew it, and the others find it renewed, or are refused as too late.
        const together = await Promise.all([pass(5), pass(5), pass(5), pass(5)]);
        for (const outcome of together) expect(outcome).not.toHaveProperty("heartbeatRefused");
        expect(await lease()).toMatchObject({ renewTime: "2026-11-27T03:05:00.000000Z" });
      });

      test("a renewal that is far ahead of the clock does not silence it", async () => {
        const spec = { renewTime: "2036-01-01T00:00:00.000000Z" };
        await kubernetes.request("PATCH", LEASE, { spec }, "application/merge-patch+json");
        await pass(7);
        expect(await lease()).toMatchObject({ renewTime: "2026-11-27T03:07:00.000000Z" });
      });

      test("a pass needs no more than the shipped rights", async () => {
        const user = apiRequest(kubernetes);
        const others = LEASE.replace(/alertstatus$/, "other");
        expect((await user("GET", others)).status).toBe(403);
        expect((await user("POST", LEASE.replace(/\/alertstatus$/, ""), { metadata: { name: "other" } })).status).toBe(403);
        expect((await user("DELETE", LEASE)).status).toBe(403);
      });
    });
  });
}
