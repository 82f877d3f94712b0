// Holds the printed profile to meaning the same in a fleet file.

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { alertstatus } from "./alertstatus.ts";

describe("alertstatus profile show", () => {
  test("prints a profile that means the same in a fleet file", async () => {
    const { code, stdout, stderr } = await alertstatus(["profile", "show", "kyma-telemetry"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const prod = { name: "prod", kubernetes: { server: "https://api.example" }, profiles: ["my-kyma-telemetry"] };
    const fleet = parseFleet({ ...parse(stdout), clusters: [prod] });
    expect(fleet.wrong).toEqual([]);
    expect(fleet.clusters[0]?.profiles).toEqual([{ ...kymaTelemetry, name: "my-kyma-telemetry" }]);
  });

  test("prints a profile of the catalogue as it is", async () => {
    const { code, stdout } = await alertstatus(["profile", "show", "longhorn-volume"]);
    expect(code).toBe(0);
    const kubernetes = { server: "https://api.example" };
    const alerts = { url: "https://prometheus.example" };
    const fleet = parseFleet({ ...parse(stdout), clusters: [{ name: "prod", kubernetes, alerts, profiles: ["longhorn-volume"] }] });
    expect(fleet).toMatchObject({ clusters: [{ profiles: [{ condition: "alertstatus.io/StorageHealthy" }] }], wrong: [], problems: [] });
  });

  test("lists the existing profiles for an unknown one, with exit code 2", async () => {
    const { code, stdout, stderr } = await alertstatus(["profile", "show", "kyma"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: there is no profile kyma; known are kyma-telemetry, argo-cd-application, .*, velero-schedule\n$/);
  });
});
