// Tries `rules sync` on a real API server, with prometheus-operator and without.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { renderRules } from "../../functions/rules/render.ts";
import { alertstatus } from "../cli/alertstatus.ts";
import type { ApiRequest } from "../support/api-request.ts";
import type { RealKubernetes } from "../support/real-kubernetes.ts";

const rendered = renderRules([{ ...kymaTelemetry, name: "kyma-telemetry" }]);
const CONFIG_MAP = "/api/v1/namespaces/plain/configmaps/alertstatus-rules";
const PROMETHEUS_RULE = "/apis/monitoring.coreos.com/v1/namespaces/operated/prometheusrules/alertstatus-rules";

/** Declares its tests, on an API server that nothing else changes meanwhile. */
export function holdsRulesSync(serverThere: () => RealKubernetes): void {
  describe("a sync of rules", () => {
    let access: RealKubernetes;
    const admin: ApiRequest = (...request) => access.request(...request);
    let folder: string;
    let kubeconfig: string;

    beforeAll(async () => {
      access = serverThere();
      folder = await mkdtemp(join(tmpdir(), "alertstatus-rules-sync-"));
      kubeconfig = await write("kubeconfig", kubeconfigOf(access.adminToken));
      for (const name of ["plain", "operated"]) await admin("POST", "/api/v1/namespaces", { metadata: { name } });
    });
    afterAll(async () => {
      await rm(folder, { recursive: true, force: true });
    });

    async function write(name: string, document: object): Promise<string> {
      const file = join(folder, name);
      await writeFile(file, JSON.stringify(document));
      return file;
    }

    function kubeconfigOf(token: string): object {
      return {
        clusters: [{ name: "here", cluster: { server: access.server, "certificate-authority-data": btoa(access.ca) } }],
        users: [{ name: "me", user: { token } }],
        contexts: [{ name: "work", context: { cluster: "here", user: "me" } }],
        "current-context": "work",
      };
    }

    /** Runs `rules sync` on a fleet of one cluster whose alerts come from a service of the namespace. */
    async function sync(namespace: string, words: readonly string[] = [], kubernetes: object = { kubeconfig: { file: kubeconfig } }) {
      const alerts = { service: { namespace, name: "prometheus", port: 9090 } };
      const fleet = await write("fleet.json", { clusters: [{ name: "prod", kubernetes, alerts }] });
      return alertstatus(["rules", "sync", "--fleet", fleet, ...words], { KUBECONFIG: kubeconfig });
    }

    async function serve(plural: string, kind: string): Promise<void> {
      const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
      const version = { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: anything } };
      const names = { plural, kind, singular: kind.toLowerCase() };
      const spec = { group: "monitoring.coreos.com", scope: "Namespaced", names, versions: [version] };
      const metadata = { name: `${plural}.monitoring.coreos.com` };
      await admin("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", { metadata, spec });
      while ((await admin("GET", `/apis/monitoring.coreos.com/v1/${plural}`)).status !== 200) await sleep(50);
    }

    describe("rules sync, where prometheus-operator is not installed", () => {
      test("shows the whole ConfigMap in a dry run, and writes nothing", async () => {
        const { code, stdout, stderr } = await sync("plain", ["--dry-run"]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout).toMatch(/^prod: configmap plain\/alertstatus-rules: planned\n/);
        expect(stdout).toContain("+     groups:");
        expect((await admin("GET", CONFIG_MAP)).status).toBe(404);
      });

      test("applies the ConfigMap under its field manager, and changes nothing the second time", async () => {
        expect((await sync("plain")).stdout).toMatch(/^prod: configmap plain\/alertstatus-rules: applied\n/);
        const { body } = await admin("GET", CONFIG_MAP);
        const { data, metadata } = Object(body);
        expect(parse(data["alertstatus.rules.yml"])).toEqual(rendered);
        expect(metadata.managedFields.map(({ manager, operation }: Record<string, string>) => [manager, operation])).toEqual([
          ["alertstatus", "Apply"],
        ]);
        expect((await sync("plain")).stdout).toBe("prod: configmap plain/alertstatus-rules: unchanged\n");
        expect(Object((await admin("GET", CONFIG_MAP)).body).metadata.resourceVersion).toBe(metadata.resourceVersion);
      });

      test("reports a conflict with another field manager, whose change stays", async () => {
        const foreign = { data: { "alertstatus.rules.yml": "groups: []\n" } };
        await admin("PATCH", `${CONFIG_MAP}?fieldManager=another`, foreign, "application/merge-patch+json");
        const { code, stderr } = await sync("plain");
        expect(code).toBe(1);
        expect(stderr).toMatch(/^prod: refused: .*conflict with "another"/);
        expect(Object((await admin("GET", CONFIG_MAP)).body).data).toEqual(foreign.data);
        await admin("DELETE", CONFIG_MAP);
      });

      test("finds the context of a cluster for which the fleet has another login", async () => {
        const { stdout } = await sync("plain", ["--dry-run", "-o", "json"], {
          server: access.server,
          auth: { token: { env: "NOT_OURS" } },
        });
        expect(JSON.parse(stdout)).toMatchObject({ clusters: [{ cluster: "prod", was: "planned", before: "" }] });
      });
    });

    describe("rules sync, where prometheus-operator is installed", () => {
      const selected = { release: "kube-prometheus-stack" };
      const addPrometheus = async (namespace: string, name: string, ruleSelector: object | undefined) => {
        const path = `/apis/monitoring.coreos.com/v1/namespaces/${namespace}/prometheuses`;
        await admin("POST", path, {
          apiVersion: "monitoring.coreos.com/v1",
          kind: "Prometheus",
          metadata: { name },
          spec: { ruleSelector },
        });
      };
      beforeAll(async () => {
        await serve("prometheuses", "Prometheus");
        await serve("prometheusrules", "PrometheusRule");
        for (const name of ["crossed", "picky"]) await admin("POST", "/api/v1/namespaces", { metadata: { name } });
        await addPrometheus("operated", "k8s", { matchLabels: selected });
        await addPrometheus("crossed", "a", { matchLabels: { role: "a" } });
        await addPrometheus("crossed", "b", { matchLabels: { role: "b" } });
        await addPrometheus("picky", "k8s", undefined);
      });

      test("applies a PrometheusRule with the labels by which that Prometheus picks its rules", async () => {
        expect((await sync("operated")).stdout).toMatch(/^prod: prometheusrule operated\/alertstatus-rules: applied\n/);
        const { spec, metadata } = Object((await admin("GET", PROMETHEUS_RULE)).body);
        expect({ spec, labels: metadata.labels }).toEqual({ spec: rendered, labels: selected });
        expect((await sync("operated")).stdout).toBe("prod: prometheusrule operated/alertstatus-rules: unchanged\n");
      });

      test("refuses a rule that no Prometheus would pick up, and writes nothing", async () => {
        const { code, stdout, stderr } = await sync("picky");
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toMatch(
          /^prod: refused: the rules would not be picked up by prometheus k8s \(ruleSelector null\)\n {2}give the Prometheus/,
        );
        expect((await admin("GET", PROMETHEUS_RULE.replace("operated", "picky"))).status).toBe(404);
      });

      test("asks the service which of two Prometheuses is meant", async () => {
        expect((await sync("crossed")).stderr).toContain("would not be picked up by prometheus b");
        const spec = { selector: { "operator.prometheus.io/name": "b" }, ports: [{ port: 9090 }] };
        await admin("POST", "/api/v1/namespaces/crossed/services", { metadata: { name: "prometheus" }, spec });
        expect((await sync("crossed")).stdout).toMatch(/^prod: prometheusrule crossed\/alertstatus-rules: applied\n/);
        const { metadata } = Object((await admin("GET", PROMETHEUS_RULE.replace("operated", "crossed"))).body);
        expect(metadata.labels).toEqual({ role: "b" });
      });

      test("applies a ConfigMap where no Prometheus of the operator stands behind the service", async () => {
        expect((await sync("plain", ["--dry-run"])).stdout).toMatch(/^prod: configmap plain\/alertstatus-rules: planned\n/);
      });
    });

    describe("rules sync reports", () => {
      test.each<[string, () => ReturnType<typeof sync>, RegExp]>([
        [
          "the namespace is not there",
          () => sync("nowhere"),
          /^prod: refused: applying configmap nowhere\/alertstatus-rules: .*namespaces "nowhere" not found\n {2}\S/,
        ],
        [
          "the person may not write there",
          async () => sync("plain", [], { kubeconfig: { file: await write("stranger", kubeconfigOf(access.strangerToken)) } }),
          /^prod: refused: .*forbidden.*\n {2}grant the permission/,
        ],
        [
          "no context leads to the cluster",
          () => sync("plain", [], { server: "https://elsewhere.example" }),
          /^prod: refused: your kubeconfig: no context for prod: none leads to https:\/\/elsewhere\.example\n/,
        ],
        [
          "the fleet names a context that is not there",
          () => sync("plain", [], { kubeconfig: { file: kubeconfig, context: "gone" } }),
          /^prod: refused: the file .*kubeconfig: the context gone is not in it\n/,
        ],
      ])("%s", async (_, run, said) => {
        const { code, stdout, stderr } = await run();
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toMatch(said);
      });
    });
  });
}
