// Holds a promotion to the one step that it takes, and to the smallest edit that carries it out.

import { describe, expect, test } from "vitest";
import { type ParsedFleet, parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { editFor, promotionOf } from "../../../functions/core/fleet/promote.ts";
import { isObject } from "../../../functions/core/json.ts";
import { aCluster, aFleet, aProfile, SERVICE } from "./fleet-documents.ts";

const profiles = { v1: aProfile(), v2: aProfile(), other: aProfile({ kind: "Topic" }), yours: aProfile({ condition: "Yours" }) };
const documentOf = (cluster: object, defaults: object = {}) => ({
  ...aFleet(aCluster(cluster)),
  defaults: { alerts: SERVICE, ...defaults },
  profiles,
});
const entryIn = ({ clusters, wrong }: ParsedFleet) => clusters[0] ?? expect.fail(JSON.stringify(wrong));

/** The promotion, and the edit that carries it out. */
function promote(cluster: object, { defaults = {}, wanted }: { defaults?: object; wanted?: string } = {}) {
  const document = documentOf(cluster, defaults);
  const entry = entryIn(parseFleet(document));
  const promotion = promotionOf(entry, wanted);
  const [own] = document.clusters;
  const edit = editFor(document, isObject(own) ? own : {}, entry, promotion);
  const after = entryIn(parseFleet({ ...document, clusters: [{ ...aCluster(cluster), ...edit }] }));
  return {
    steps: [promotion.profile.name, promotion.profile.mode, promotion.to],
    edit,
    after: after.profiles.map(({ name, mode }) => `${name} ${mode}`),
  };
}

describe("a promotion", () => {
  test.each([
    {
      what: "of the only profile is the next mode of the cluster",
      cluster: { profiles: ["v1"], mode: "observe" },
      steps: ["v1", "observe", "shadow"],
      edit: { mode: "shadow" },
      after: ["v1 shadow"],
    },
    {
      what: "of the only profile leaves a mode of the defaults where it is",
      cluster: {},
      defaults: { profiles: ["v1"], mode: "shadow" },
      steps: ["v1", "shadow", "own"],
      edit: { mode: "own" },
      after: ["v1 own"],
    },
    {
      what: "of one that is observed beside one that owns the condition makes it the shadow",
      cluster: { profiles: ["v1", { name: "v2", mode: "observe" }] },
      steps: ["v2", "observe", "shadow"],
      edit: { profiles: ["v1", { name: "v2", mode: "shadow" }] },
      after: ["v1 own", "v2 shadow"],
    },
    {
      what: "of a shadow makes a shadow of what owns the condition",
      cluster: { profiles: ["v1", { name: "v2", mode: "shadow" }] },
      steps: ["v2", "shadow", "own"],
      edit: {
        profiles: [
          { name: "v1", mode: "shadow" },
          { name: "v2", mode: "own" },
        ],
      },
      after: ["v1 shadow", "v2 own"],
    },
    {
      what: "leaves profiles alone that own another condition, or that of another kind",
      cluster: { profiles: ["other", "yours", { name: "v2", mode: "shadow" }] },
      steps: ["v2", "shadow", "own"],
      edit: { profiles: ["other", "yours", { name: "v2", mode: "own" }] },
      after: ["other own", "yours own", "v2 own"],
    },
    {
      what: "gives a cluster that has its profiles from a ring a list of its own",
      cluster: { labels: { ring: "canary" } },
      defaults: { profiles: ["v1"], rings: [{ when: "ring=canary", profiles: ["v1", { name: "v2", mode: "observe" }] }] },
      steps: ["v2", "observe", "shadow"],
      edit: { profiles: ["v1", { name: "v2", mode: "shadow" }] },
      after: ["v1 own", "v2 shadow"],
    },
    {
      what: "is of the profile that is named",
      cluster: { profiles: ["v1", { name: "v2", mode: "observe" }, { name: "yours", mode: "shadow" }] },
      wanted: "yours",
      steps: ["yours", "shadow", "own"],
      edit: { profiles: ["v1", { name: "v2", mode: "observe" }, { name: "yours", mode: "own" }] },
      after: ["v1 own", "v2 observe", "yours own"],
    },
  ])("$what", ({ what: _, cluster, defaults, wanted, ...expected }) => {
    expect(promote(cluster, { defaults, wanted })).toEqual(expected);
  });

  test("of what was put back is the way it was", () => {
    const { edit } = promote({ profiles: ["v1", { name: "v2", mode: "shadow" }] });
    expect(promote(edit).after).toEqual(["v1 own", "v2 shadow"]);
  });

  test.each([
    { what: "where all are in mode own", cluster: { profiles: ["v1"] }, says: "every profile of prod is in mode own already" },
    { what: "of one that is in mode own", cluster: { profiles: ["v1"] }, wanted: "v1", says: "v1 is in mode own on prod already" },
    { what: "of one that the cluster has not", cluster: { profiles: ["yours"] }, wanted: "your", says: "prod has no profile your; yours?" },
    {
      what: "of one among several, where none is named",
      cluster: { profiles: ["v1", { name: "v2", mode: "observe" }, { name: "yours", mode: "shadow" }] },
      says: "prod has several profiles to promote: name one by --profile: v2, yours",
    },
  ])("is refused $what", ({ cluster, wanted, says }) => {
    expect(() => promote(cluster, { wanted })).toThrow(says);
  });
});
