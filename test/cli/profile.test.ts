// Holds the printed profiles to meaning the same in a fleet file.

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
    expect(fleet.clusters[0]?.profiles).toEqual([{ ...kymaTelemetry, name: "my-kyma-telemetry", mode: "own" }]);
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

describe("alertstatus profile add", () => {
  const fleet = `# Our clusters.
clusters:
  - name: prod # the old one
    kubernetes: { server: "https://api.example" }
    alerts: { url: "https://prometheus.example" }
  - name: lab
    kubernetes: { server: "https://lab.example" }
    profiles: [kyma-telemetry]
    alerts: { url: "https://prometheus.example" }
`;
  const add = (...words: readonly string[]) => alertstatus(["profile", "add", ...words, "--fleet", "-"], {}, { stdin: fleet });

  test("prints the fleet with the profile and its use, and what the profile needs", async () => {
    const { code, stdout, stderr } = await add("cloudnative-pg-cluster", "--cluster", "prod", "--cluster", "lab");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        "cloudnative-pg-cluster needs a PodMonitor for the instances, and kube-state-metrics\n" +
        "its first verdict comes once the rules have been evaluated for 9m\n",
    });
    expect(stdout).toContain("# Our clusters.\n");
    expect(stdout).toContain("- name: prod # the old one\n");
    const used = parseFleet(parse(stdout)).clusters.map(({ name, profiles }) => [name, ...profiles.map((profile) => profile.name)]);
    expect(used).toEqual([
      ["prod", "cloudnative-pg-cluster"],
      ["lab", "kyma-telemetry", "cloudnative-pg-cluster"],
    ]);
  });

  test("has a kind observed that carries no condition of others, whatever else its cluster has", async () => {
    const { stdout, stderr } = await add("velero-schedule", "--cluster", "prod", "--cluster", "lab");
    const used = parseFleet(parse(stdout)).clusters.map(({ profiles }) => profiles.map(({ name, mode }) => `${name}: ${mode}`));
    expect(used).toEqual([["velero-schedule: observe"], ["kyma-telemetry: own", "velero-schedule: observe"]]);
    expect(stderr).toContain("it is added in the mode observe. No kind of Velero has conditions or a /status subresource.\n");
  });

  test.each([
    { what: "an unknown profile", words: ["velero"], error: /^error: there is no profile velero; known are kyma-telemetry, / },
    { what: "an unknown cluster", words: ["velero-schedule", "--cluster", "x"], error: /^error: stdin: it has no cluster x\n$/ },
  ])("refuses $what, with exit code 2", async ({ words, error }) => {
    const { code, stdout, stderr } = await add(...words);
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: expect.stringMatching(error) });
  });
});
