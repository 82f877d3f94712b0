// Tries `fleet discover` on a fleet file that exists already.

import { describe, expect, test } from "vitest";
import { aCluster } from "../support/eks-api.ts";
import { namesIn, openDiscoveryDesk } from "./discovery-desk.ts";

const { eks, discover, written } = await openDiscoveryDesk();

describe("alertstatus fleet discover --fleet", { timeout: 30_000 }, () => {
  const FLEET = `# of this team
defaults: { paused:   true }
clusters:
  # the first one
  - name: first   # of many
    kubernetes: { eks: { name: prod, region: eu-central-1 } }
# the end
`;

  test("adds new clusters, changes nothing else, and adds no cluster twice", async () => {
    eks.regions.set("eu-central-1", [aCluster("prod"), aCluster("first")]);
    const { code, stdout, stderr } = await discover("--eks", "--fleet", await written(FLEET));
    expect(code).toBe(0);
    expect(stderr).toContain("added    first-eu-central-1 (first in eu-central-1)\nknown    first (prod in eu-central-1)\n");
    expect(namesIn(stdout)).toEqual(["first", "first-eu-central-1"]);
    const kept = stdout.split("\n").filter((line) => FLEET.split("\n").includes(line));
    expect(kept.join("\n")).toBe(FLEET);
    const again = await discover("--eks", "--fleet", await written(stdout));
    expect(again).toMatchObject({ code: 0, stdout });
    expect(again.stderr).toContain("found 2 clusters: 0 added, 2 known already");
  });

  test.each([
    {
      what: "a fleet that is wrong",
      text: "clusters:\n  - name: one\n    kubernets: {canary: 1}\n",
      says: /clusters\[0\] `one`, line 3: there is no field kubernets; kubernetes\?/,
    },
    { what: "no fleet", text: "clusters: [canary", says: /^error: .*fleet\.yml: line 1/ },
    {
      what: "defaults that do not go with what is new",
      text: "defaults: { profiles: [mine] }\nclusters: []\nprofiles: {}\n",
      says: /^error: the fleet with the new clusters: [\s\S]*there is no profile mine/,
    },
  ])("prints nothing on $what, with exit code 2", async ({ text, says }) => {
    eks.regions.set("eu-central-1", [aCluster("prod")]);
    const { code, stdout, stderr } = await discover("--eks", "--fleet", await written(text));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(says);
    expect(stderr).not.toContain("canary");
  });
});
