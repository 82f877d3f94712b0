import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { parseFleet } from "../../functions/core/fleet/fleet.ts";
import { kymaTelemetry } from "../../functions/core/profile/kyma-telemetry.ts";
import { alertstatus } from "./alertstatus.ts";

describe("alertstatus profile show", () => {
  test("prints what a fleet file can hold, and it means the same there", async () => {
    const { code, stdout, stderr } = await alertstatus(["profile", "show", "kyma-telemetry"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const prod = { name: "prod", kubernetes: { server: "https://api.example" }, profiles: ["my-kyma-telemetry"] };
    const fleet = parseFleet({ ...parse(stdout), clusters: [prod] });
    expect(fleet.wrong).toEqual([]);
    expect(fleet.clusters[0]?.profiles).toEqual([{ ...kymaTelemetry, name: "my-kyma-telemetry" }]);
  });

  test("says which profiles there are, with exit code 2", async () => {
    expect(await alertstatus(["profile", "show", "kyma"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: there is no built-in profile kyma; known are kyma-telemetry\n",
    });
  });
});
