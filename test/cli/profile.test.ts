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

  test("lists the existing profiles for an unknown one, with exit code 2", async () => {
    expect(await alertstatus(["profile", "show", "kyma"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: there is no built-in profile kyma; known are kyma-telemetry\n",
    });
  });
});
