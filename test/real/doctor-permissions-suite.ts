// Takes each permission of the shipped roles away on a real API server, and expects doctor to name it.

import { beforeAll, describe, expect, test } from "vitest";
import { permissionText } from "../../functions/core/kubernetes/permission.ts";
import { type Clinic, find, grants, namesOf, shipped } from "./doctor-clinic.ts";

/** Declares the tests of the permissions on a cluster that has the shipped ones and a source that is well. */
export function holdsPermissions(clinicThere: () => Clinic): void {
  describe("the permissions", () => {
    let clinic: Clinic;
    beforeAll(async () => {
      clinic = clinicThere();
      await clinic.grantEvents();
    });

    test.each(grants)(
      "without $grant.verb $grant.resource fail in exactly one check, which says what to grant",
      async ({ role, grant, rest }) => {
        await clinic.setRules(role, rest, grant, false);
        const checks = await clinic.examine({ events: true });
        await clinic.setRules(role, role.rules, grant, true);
        const [resource = "", subresource] = grant.resource.split("/");
        const line = `may ${permissionText({ ...grant, resource, subresource })}`;
        expect(namesOf(checks, "failed")).toEqual([line]);
        expect(find(checks, line)?.remedy).toContain(`"resources":["${grant.resource}"]`);
        expect(find(checks, line)?.remedy).toContain(grant.namespace === undefined ? "a ClusterRole" : `a Role in ${grant.namespace}`);
      },
    );

    test("that mode observe does not need are not checked", async () => {
      const checks = await clinic.examine({ mode: "observe", events: true });
      expect(namesOf(checks, "failed")).toEqual([]);
      expect(checks.filter(({ check }) => /^may (get|patch) .*pipelines/.test(check))).toEqual([]);
      expect(find(checks, "may create events in default")).toMatchObject({ was: "ok" });
      expect(find(checks, "may no more than needed")?.message).toContain("patch tracepipelines/status");
    });

    test.each([
      { verb: "list", group: "", resource: "secrets" },
      { verb: "delete", group: "telemetry.kyma-project.io", resource: "tracepipelines" },
      { verb: "get", group: "", resource: "services/proxy" },
    ])("with $verb $resource are too wide", async (grant) => {
      const role = shipped.find(({ kind }) => kind === "ClusterRole")!;
      const more = { apiGroups: [grant.group], resources: [grant.resource], verbs: [grant.verb] };
      await clinic.setRules(role, [...role.rules, more], grant, true);
      const checks = await clinic.examine();
      await clinic.setRules(role, role.rules, grant, false);
      expect(namesOf(checks, "failed")).toEqual([]);
      expect(find(checks, "may no more than needed")).toMatchObject({
        was: "warning",
        message: `it may also: ${grant.verb} ${grant.resource}`,
        remedy: expect.stringContaining("infra/cluster/"),
      });
    });

    test("of a user without roles all fail", async () => {
      const checks = await clinic.examine({ kubernetes: { ...clinic.kubernetes, auth: { token: { file: "token-of-a-stranger" } } } });
      expect(namesOf(checks, "failed")).toEqual(checks.map(({ check }) => check).filter((check) => /^may (get|list|patch) /.test(check)));
      expect(find(checks, "kind TracePipeline")).toMatchObject({
        was: "skipped",
        message: "served, but not listed: may list tracepipelines failed",
      });
    });

    test("of an administrator are too wide", async () => {
      const checks = await clinic.examine({
        kubernetes: { ...clinic.kubernetes, auth: { token: { file: "token-of-the-administrator" } } },
      });
      expect(find(checks, "may no more than needed")).toMatchObject({ was: "warning", message: "it may also: everything" });
    });
  });
}
