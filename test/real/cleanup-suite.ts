// Tries the removal of conditions on a real API server, beside other writers.

import { spawnSync } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cleanUpCluster } from "../../functions/cluster/cleanup.ts";
import type { Cluster } from "../../functions/cluster/cluster.ts";
import { connector } from "../../functions/cluster/connect.ts";
import { type ClusterEntry, parseFleet } from "../../functions/core/fleet/fleet.ts";
import { parseResource, type Resource } from "../../functions/core/kubernetes/resource.ts";
import { agentUnproven, healthy } from "../../functions/core/profile/kyma-words.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { aResource, type Kind, kinds } from "../support/builders.ts";
import { loginFolder } from "../support/login-folder.ts";
import type { RealKubernetes } from "../support/real-kubernetes.ts";

const API = "telemetry.kyma-project.io/v1beta1";
const TYPE = "TelemetryFlowHealthy";
const SHADOW = `alertstatus.io/${TYPE}`;
const condition = (type: string, says: object) => ({ type, status: "True", lastTransitionTime: "2026-01-01T00:00:00Z", ...says });
const foreign = (type: string) => condition(type, { reason: "Ready", message: `"${type}" ⚡ <b>\t`, observedGeneration: 3 });

const ownCondition = condition(TYPE, healthy);
const ownShadow = condition(SHADOW, { ...agentUnproven, status: "Unknown" });
const foreignVerdict = condition(TYPE, { ...healthy, message: "of another writer" });
const before: Readonly<Record<string, readonly object[]>> = {
  "TracePipeline/judged": [foreign("ConfigurationGenerated"), ownCondition, foreign("GatewayHealthy"), ownShadow],
  "MetricPipeline/of-another-writer": [foreignVerdict, foreign("AgentHealthy")],
  "LogPipeline/beside": [foreign("AgentHealthy"), foreignVerdict, ownShadow],
  "LogPipeline/bare": [],
};
const left = { "TracePipeline/judged": [TYPE, SHADOW], "LogPipeline/beside": [SHADOW] };
const cleaned = (was: "cleaned" | "planned") =>
  Object.entries(left).map(([id, conditions]) => ({ apiVersion: API, kind: id.split("/")[0], name: id.split("/")[1], was, conditions }));
const isForeign = (one: object) => one !== ownCondition && one !== ownShadow;

/** Declares its tests, on an API server that nothing else changes meanwhile. */
export function holdsCleanup(serverThere: () => RealKubernetes): void {
  describe("a cleanup beside other writers", () => {
    let kubernetes: RealKubernetes;
    let folder: string;
    let entry: ClusterEntry;
    let cluster: Cluster;
    const connections = openConnections();
    beforeAll(async () => {
      kubernetes = serverThere();
      folder = await loginFolder({ "ca.pem": kubernetes.ca, token: kubernetes.token });
      const login = { server: kubernetes.server, ca: { file: "ca.pem" }, auth: { token: { file: "token" } } };
      const fleet = { clusters: [{ name: "leaving", kubernetes: login }] };
      await writeFile(join(folder, "fleet.json"), JSON.stringify(fleet));
      entry = parseFleet(fleet).clusters[0]!;
      cluster = await connector({ connections, folder })(entry, Number.POSITIVE_INFINITY);
      for (const id of Object.keys(before)) await create(id);
    });
    afterAll(async () => {
      await connections.close();
      for (const id of Object.keys(before)) await kubernetes.request("DELETE", path(id));
      await rm(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      for (const [id, conditions] of Object.entries(before)) await write(id, conditions);
    });

    test("cleanup removes the own conditions, and keeps every other byte for byte", async () => {
      const versions = await Promise.all(["MetricPipeline/of-another-writer", "LogPipeline/bare"].map(version));
      const expected = await foreignNow();
      expect(await cleanUpCluster(entry, cluster, false)).toEqual({
        cluster: "leaving",
        was: "reconciled",
        unlisted: [],
        resources: cleaned("cleaned"),
      });
      expect(await conditionsNow()).toEqual(expected);
      expect(await Promise.all(["MetricPipeline/of-another-writer", "LogPipeline/bare"].map(version))).toEqual(versions);
      expect((await cleanUpCluster(entry, cluster, false)).resources).toEqual([]);
    });

    test("a dry run shows what it would remove, and writes nothing", async () => {
      const versions = await Promise.all(Object.keys(before).map(version));
      expect((await cleanUpCluster(entry, cluster, true)).resources).toEqual(cleaned("planned"));
      expect(await Promise.all(Object.keys(before).map(version))).toEqual(versions);
    });

    test("cleanup keeps a condition that another writer adds meanwhile", async () => {
      const more = foreign("Arrived");
      let turn = 0;
      const patch: Cluster["patch"] = async (resource, conditions) => {
        if (turn++ === 0) await write("TracePipeline/judged", [...before["TracePipeline/judged"]!, more]);
        return cluster.patch(resource, conditions);
      };
      expect((await cleanUpCluster(entry, { ...cluster, patch }, false)).resources).toEqual(cleaned("cleaned"));
      expect((await read("TracePipeline/judged")).conditions).toEqual([...before["TracePipeline/judged"]!.filter(isForeign), more]);
    });

    test("cleanup gives up on a resource with endless conflicts, and cleans the others", async () => {
      let turn = 0;
      const patch: Cluster["patch"] = async (resource, conditions) => {
        if (resource.name === "judged")
          await write("TracePipeline/judged", [ownCondition, condition("Turn", { reason: "Turn", message: `${turn++}` })]);
        return cluster.patch(resource, conditions);
      };
      expect((await cleanUpCluster(entry, { ...cluster, patch }, false)).resources).toMatchObject([
        { name: "judged", was: "refused", code: "conflict" },
        { name: "beside", was: "cleaned" },
      ]);
    });

    test("cleanup accepts that a resource is deleted meanwhile", async () => {
      await create("TracePipeline/going");
      await write("TracePipeline/going", [ownCondition]);
      const patch: Cluster["patch"] = async (resource, conditions) => {
        if (resource.name === "going") await kubernetes.request("DELETE", path("TracePipeline/going"));
        return cluster.patch(resource, conditions);
      };
      const { resources } = await cleanUpCluster(entry, { ...cluster, patch }, false);
      expect(resources.filter(({ was }) => was === "refused")).toEqual([]);
    });

    test("the command cleans up, after a dry run that changes nothing", async () => {
      const expected = await foreignNow();
      const untouched = await conditionsNow();
      expect(cli("--dry-run")).toMatchObject({ status: 0, outcome: { cluster: "leaving", resources: cleaned("planned") } });
      expect(await conditionsNow()).toEqual(untouched);
      expect(cli()).toMatchObject({ status: 0, outcome: { cluster: "leaving", resources: cleaned("cleaned") } });
      expect(await conditionsNow()).toEqual(expected);
    });

    function cli(...options: readonly string[]): { status: number | null; outcome: unknown } {
      const words = [
        "functions/cli.ts",
        "cleanup",
        "--fleet",
        join(folder, "fleet.json"),
        "--cluster",
        "leaving",
        "-o",
        "json",
        ...options,
      ];
      const { status, stdout } = spawnSync(process.execPath, words, { encoding: "utf8", cwd: join(import.meta.dirname, "../..") });
      return { status, outcome: JSON.parse(stdout) };
    }

    function partsOf(id: string): { kind: Kind; name: string } {
      const kind = (["TracePipeline", "MetricPipeline", "LogPipeline"] as const).find((one) => id.startsWith(`${one}/`))!;
      return { kind, name: id.slice(kind.length + 1) };
    }

    function path(id: string): string {
      const { kind, name } = partsOf(id);
      return `/apis/${kinds[kind].group}/${kinds[kind].version}/${kinds[kind].plural}/${name}`;
    }

    async function create(id: string): Promise<void> {
      const { kind, name } = partsOf(id);
      const { status } = await kubernetes.request("POST", path(id).replace(/\/[^/]+$/, ""), {
        ...aResource({ kind, name }).object,
        metadata: { name },
      });
      expect(status).toBe(201);
    }

    async function write(id: string, conditions: readonly object[]): Promise<void> {
      const { object } = await read(id);
      expect(await kubernetes.request("PUT", `${path(id)}/status`, { ...object, status: { conditions } })).toMatchObject({ status: 200 });
    }

    async function read(id: string): Promise<Resource> {
      return parseResource(kinds[partsOf(id).kind], (await kubernetes.request("GET", path(id))).body);
    }

    async function version(id: string): Promise<string> {
      return (await read(id)).resourceVersion;
    }

    /** As text, for a byte is a byte. */
    async function conditionsNow(isKept: (id: string, index: number) => boolean = () => true): Promise<readonly string[]> {
      const ids = Object.keys(before);
      return Promise.all(ids.map(async (id) => JSON.stringify((await read(id)).conditions.filter((_, index) => isKept(id, index)))));
    }

    function foreignNow(): Promise<readonly string[]> {
      return conditionsNow((id, index) => isForeign(before[id]![index]!));
    }
  });
}
