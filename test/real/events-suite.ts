// Tries the Events of transitions on a real API server.

import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connector } from "../../functions/cluster/connect.ts";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { openConnections } from "../../functions/io/http/connections.ts";
import { reconcileFleet } from "../../functions/reconcile/fleet.ts";
import { publishObserved } from "../../functions/reconcile/observed.ts";
import { openWorker } from "../../functions/reconcile/run.ts";
import { type Ran, recordTransitions } from "../../functions/state/record.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import { databases } from "../contract/cluster.ts";
import { aProfile } from "../core/fleet/fleet-documents.ts";
import { memoryStore } from "../state/memory-store.ts";
import { apiRequest } from "../support/api-request.ts";
import { alertsBody, anAlert, aResource, kinds } from "../support/builders.ts";
import { apply, kustomize } from "../support/kustomize.ts";
import { loginFolder } from "../support/login-folder.ts";
import type { RealKubernetes } from "../support/real-kubernetes.ts";
import { type Simulator, startSimulator } from "../support/simulator.ts";

const PIPELINES = `/apis/${kinds.TracePipeline.group}/${kinds.TracePipeline.version}/tracepipelines`;
const DATABASES = `/apis/${databases.group}/${databases.version}/namespaces/kyma-system/databases`;

const throttled = (pipeline_name: string) => anAlert("TraceGatewayThrottling", { pipeline_name });

/** Declares its tests, on an API server that nothing else changes meanwhile. */
export function holdsEvents(serverThere: () => RealKubernetes): void {
  describe("the Events of transitions", () => {
    let kubernetes: RealKubernetes;
    let prometheus: Simulator;
    let folder: string;
    const connections = openConnections();
    beforeAll(async () => {
      kubernetes = serverThere();
      prometheus = await startSimulator();
      folder = await loginFolder({ ca: kubernetes.ca, token: kubernetes.token, admin: kubernetes.adminToken });
    });
    afterAll(async () => {
      await connections.close();
      await kubernetes.request("DELETE", PIPELINES);
      await Promise.all([prometheus.close(), rm(folder, { recursive: true })]);
    });

    type Asked = { token?: "token" | "admin"; own?: object; dryRun?: boolean; [field: string]: unknown };

    /** A fleet of this one cluster, which asks for Events unless it says otherwise; `own` is a profile in place of the built-in one. */
    function fleetOf({ token = "token", own, dryRun: _, ...more }: Asked = {}) {
      const kubernetesOf = { server: kubernetes.server, ca: { file: "ca" }, auth: { token: { file: token } } };
      const alerts = { url: prometheus.alertsUrl, proof: "none" };
      const cluster = { name: "real", events: true, kubernetes: kubernetesOf, alerts, ...(own && { profiles: ["own"] }), ...more };
      return { clusters: [cluster], ...(own && { profiles: { own } }) };
    }

    async function pass(asked: Asked = {}): Promise<ClusterOutcome> {
      const fleet = parseFleet(fleetOf(asked));
      expect(fleet.wrong).toEqual([]);
      const [outcome] = await reconcileFleet(fleet, { connect: connector({ connections, folder }), dryRun: asked.dryRun });
      return outcome!;
    }

    async function aPipeline(name: string): Promise<void> {
      expect(await kubernetes.request("POST", PIPELINES, { ...aResource({ name }).object, metadata: { name } })).toMatchObject({
        status: 201,
      });
    }

    /** What `kubectl describe` asks for, and finds, the normal ones first: https://github.com/kubernetes/kubectl/blob/master/pkg/describe/describe.go */
    async function described(path: string): Promise<readonly Record<string, unknown>[]> {
      const { kind, metadata } = Object((await kubernetes.request("GET", path)).body);
      const { name, namespace = "", uid } = metadata;
      const fields = { name, namespace, kind, uid };
      const selector = Object.entries(fields).map(([field, value]) => `involvedObject.${field}=${value}`);
      const scope = namespace === "" ? "" : `/namespaces/${namespace}`;
      const { body } = await kubernetes.request("GET", `/api/v1${scope}/events?fieldSelector=${encodeURIComponent(selector.join(","))}`);
      return Object(body).items.toSorted((one: { type: string }, other: { type: string }) => (one.type < other.type ? -1 : 1));
    }

    const reasonsOf = async (name: string) => (await described(`${PIPELINES}/${name}`)).map(({ reason }) => reason);

    test("a pass without the permission for Events writes the condition, and prints the remedy", async () => {
      await aPipeline("untold");
      const { was, resources } = await pass();
      expect({ was, resources }).toMatchObject({
        was: "reconciled",
        resources: [
          {
            was: "patched",
            condition: { status: "True" },
            eventRefused: { code: "forbidden", message: expect.stringMatching(/cannot create resource "events"/) },
          },
        ],
      });
      prometheus.setAlerts(alertsBody({ firing: [throttled("untold")] }));
      await writeFile(join(folder, "fleet.json"), JSON.stringify(fleetOf()));
      const { code, stdout, stderr } = await alertstatus(["reconcile", "--fleet", join(folder, "fleet.json")]);
      expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringContaining("patched") });
      expect(stderr).toMatch(
        /^real: tracepipeline\/untold patched, its Event refused: .*cannot create resource "events".*\n {2}grant the permission/m,
      );
      expect(await reasonsOf("untold")).toEqual([]);
    });

    describe("with the roles of infra/cluster/events", () => {
      beforeAll(async () => {
        for (const object of kustomize("infra/cluster/events"))
          expect(await apply(kubernetes.request, object)).toMatchObject({ status: 201 });
        const user = apiRequest(kubernetes);
        const spec = { resourceAttributes: { verb: "create", group: "events.k8s.io", resource: "events", namespace: "default" } };
        const review = () => user("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", { spec });
        while (!Object((await review()).body).status.allowed) await sleep(20);
      });

      test("each transition is one Event, which `kubectl describe` finds with the pipeline", async () => {
        await aPipeline("told");
        prometheus.setAlerts(alertsBody());
        expect(await pass()).toMatchObject({ resources: [{ name: "told", was: "patched" }, {}] });
        prometheus.setAlerts(alertsBody({ firing: [throttled("told")] }));
        await pass();
        const events = await described(`${PIPELINES}/told`);
        expect(events).toMatchObject([
          { type: "Normal", reason: "FlowHealthy", message: "Telemetry reaches the backend: no alert fires for this pipeline." },
          {
            type: "Warning",
            reason: "GatewayThrottling",
            metadata: { namespace: "default", name: expect.stringMatching(/^told-\w+$/) },
            action: "SetCondition",
            reportingComponent: "alertstatus.io/alertstatus",
            reportingInstance: "alertstatus",
            involvedObject: { apiVersion: "telemetry.kyma-project.io/v1beta1", kind: "TracePipeline", name: "told" },
          },
        ]);
        expect(events.every(({ involvedObject }) => Object(involvedObject).namespace === undefined)).toBe(true);
      });

      test("the outcome does not mention an accepted Event", async () => {
        await aPipeline("quietly-told");
        const { resources } = await pass();
        expect(resources.find(({ name }) => name === "quietly-told")).toMatchObject({ was: "patched" });
        expect(JSON.stringify(resources)).not.toContain("eventRefused");
        expect(await reasonsOf("quietly-told")).toEqual(["FlowHealthy"]);
      });

      test("a pass without a transition creates no Event", async () => {
        await aPipeline("standing");
        await pass();
        await pass();
        const spec = { output: { otlp: { endpoint: { value: "https://other.example:4317" } } } };
        await kubernetes.request("PATCH", `${PIPELINES}/standing`, { spec }, "application/merge-patch+json");
        const { resources } = await pass();
        expect(resources.find(({ name }) => name === "standing")).toMatchObject({ was: "patched", before: { status: "True" } });
        expect(await reasonsOf("standing")).toEqual(["FlowHealthy"]);
      });

      test.each<[when: string, asked: Asked]>([
        ["in a dry run", { dryRun: true }],
        ["from an observer", { mode: "observe" }],
        ["where the fleet asks for none", { events: false }],
      ])("a pass creates no Event %s", async (when, entry) => {
        const name = when.replaceAll(" ", "-");
        await aPipeline(name);
        const { resources } = await pass(entry);
        expect(resources.find((resource) => resource.name === name)).toMatchObject({ condition: { reason: "FlowHealthy" } });
        expect(await reasonsOf(name)).toEqual([]);
      });

      test("a long message is truncated in the Event, and whole in the condition", async () => {
        const message = `${"Es läuft über. ".repeat(100)}Was tun?`;
        const profile = Object(aProfile({ identify: { name: "pipeline_name", unlabelled: "none" }, row: { message } }));
        const own = { ...profile, details: true, flows: [{ ...profile.flows[0], of: kinds.TracePipeline }] };
        await aPipeline("long");
        prometheus.setAlerts(alertsBody({ firing: [anAlert("QueueFull", { pipeline_name: "long" })] }));
        expect(JSON.stringify(await pass({ own }))).not.toContain("eventRefused");
        const [event] = (await described(`${PIPELINES}/long`)).filter(({ reason }) => reason === "Full");
        expect(Buffer.byteLength(String(event!.message))).toBeLessThanOrEqual(1_024);
        expect(String(event!.message)).toMatch(/…$/);
        expect(JSON.stringify((await kubernetes.request("GET", `${PIPELINES}/long`)).body)).toContain(
          `${message} Details: firing since 2026-01-01T00:00:00Z`,
        );
      });

      test("what an observer finds new against the state is one Event", async () => {
        await aPipeline("observed");
        prometheus.setAlerts(alertsBody({ firing: [throttled("observed")] }));
        const fleet = parseFleet(fleetOf({ mode: "observe" }));
        const outcome = await pass({ mode: "observe" });
        const ran: Ran = { outcomes: new Map([["real", outcome]]), labels: new Map(), atMs: 1, ms: 1, leftMs: () => 10_000 };
        const { observed } = await recordTransitions(memoryStore(), ran);
        const config = { fleet: "file:fleet.yml", tickMs: 60_000, pushPatienceMs: 1_000, shardSize: 200 };
        const worker = { ...openWorker(config, { begin() {}, info() {}, warn() {}, error() {}, publish() {} }), connections };
        const only = observed.filter(({ resource }) => resource?.name === "observed");
        await publishObserved(worker, { outcomes: [outcome], fleet, folder, deadline: Number.POSITIVE_INFINITY }, only);
        expect(await described(`${PIPELINES}/observed`)).toMatchObject([{ type: "Warning", reason: "GatewayThrottling" }]);
        expect(Object((await kubernetes.request("GET", `${PIPELINES}/observed`)).body).status?.conditions).toBeUndefined();
      });
    });

    test("the Event of a namespaced resource is in its namespace", async () => {
      const names = { name: "orders", namespace: "kyma-system" };
      const object = { apiVersion: "shop.example/v1", kind: "Database", metadata: names, spec: {} };
      expect(await kubernetes.request("POST", DATABASES, object)).toMatchObject({ status: 201 });
      const profile = Object(aProfile({ identify: { name: "database", namespace: "namespace", unlabelled: "none" } }));
      const own = { ...profile, flows: [{ ...profile.flows[0], of: databases }] };
      prometheus.setAlerts(alertsBody({ firing: [anAlert("QueueFull", { database: "orders", namespace: "kyma-system" })] }));
      expect(await pass({ token: "admin", own })).toMatchObject({ resources: [{ was: "patched" }] });
      expect(await described(`${DATABASES}/orders`)).toMatchObject([
        { reason: "Full", metadata: { namespace: "kyma-system" }, involvedObject: { namespace: "kyma-system", name: "orders" } },
      ]);
    });
  });
}
