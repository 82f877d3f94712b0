import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { permissionText } from "../../functions/core/kubernetes/permission.ts";
import { type Clinic, find, grants, named, openClinic, shipped } from "./doctor-clinic.ts";
import { type KymaCluster, startKymaCluster } from "./kyma-cluster.ts";

let kyma: KymaCluster;
let clinic: Clinic;
beforeAll(async () => {
  kyma = await startKymaCluster({ pendingOnly: "none" });
  clinic = await openClinic(kyma.access);
  await clinic.grantEvents();
});
afterAll(async () => {
  await clinic?.close();
  await kyma?.stop();
});

describe("of the permissions that we ship,", () => {
  test.each(grants)(
    "without $grant.verb $grant.resource exactly that line turns red, and says what to grant",
    async ({ role, grant, rest }) => {
      await clinic.setRules(role, rest, grant, false);
      const checks = await clinic.examine({ events: true });
      await clinic.setRules(role, role.rules, grant, true);
      const [resource = "", subresource] = grant.resource.split("/");
      const line = `may ${permissionText({ ...grant, resource, subresource })}`;
      expect(named(checks, "failed")).toEqual([line]);
      expect(find(checks, line)?.remedy).toContain(`"resources":["${grant.resource}"]`);
      expect(find(checks, line)?.remedy).toContain(grant.namespace === undefined ? "a ClusterRole" : `a Role in ${grant.namespace}`);
    },
  );

  test("none is asked for that the mode does not need", async () => {
    const checks = await clinic.examine({ mode: "observe", events: true });
    expect(named(checks, "failed")).toEqual([]);
    expect(checks.filter(({ check }) => /^may (get|patch) .*pipelines|events/.test(check))).toEqual([]);
    expect(find(checks, "may no more than needed")?.message).toContain("patch tracepipelines/status");
  });

  test.each([
    { verb: "list", group: "", resource: "secrets" },
    { verb: "delete", group: "telemetry.kyma-project.io", resource: "tracepipelines" },
    { verb: "get", group: "", resource: "services/proxy" },
  ])("$verb $resource is one too many", async (grant) => {
    const role = shipped.find(({ kind }) => kind === "ClusterRole")!;
    const more = { apiGroups: [grant.group], resources: [grant.resource], verbs: [grant.verb] };
    await clinic.setRules(role, [...role.rules, more], grant, true);
    const checks = await clinic.examine();
    await clinic.setRules(role, role.rules, grant, false);
    expect(named(checks, "failed")).toEqual([]);
    expect(find(checks, "may no more than needed")).toMatchObject({
      was: "warning",
      message: `it may as well: ${grant.verb} ${grant.resource}`,
      remedy: expect.stringContaining("infra/cluster/"),
    });
  });

  test("a stranger has none", async () => {
    const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, auth: { token: { file: "token-of-a-stranger" } } } });
    expect(named(checks, "failed")).toEqual(checks.map(({ check }) => check).filter((check) => /^may (get|list|patch) /.test(check)));
    expect(find(checks, "kind TracePipeline")).toMatchObject({
      was: "skipped",
      message: "served, but not listed: may list tracepipelines failed",
    });
  });

  test("somebody who may do anything has too many", async () => {
    const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, auth: { token: { file: "token-of-the-administrator" } } } });
    expect(find(checks, "may no more than needed")).toMatchObject({ was: "warning", message: "it may as well: anything at all" });
  });
});
