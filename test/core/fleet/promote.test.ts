// Holds a promotion to the one step that it takes, and to the smallest edit that carries it out.

import { describe, expect, test } from "vitest";
import { type ParsedFleet, parseFleet } from "../../../functions/core/fleet/fleet.ts";
import { editFor, promotionOf } from "../../../functions/core/fleet/promote.ts";
import { isObject } from "../../../functions/core/json.ts";
import { aCluster, aFleet, aProfile, SERVICE } from "./fleet-documents.ts";

const says = { status: "True", reason: "Fine", message: "It is fine." };
const ofKinds = (...kinds: readonly object[]) =>
  aProfile({
    flows: kinds.map((of) => ({ of: { group: "example.org", version: "v1", plural: "queues", kind: "Queue", ...of }, always: says })),
  });
const profiles = {
  v1: aProfile(),
  v2: aProfile(),
  other: aProfile({ kind: "Topic" }),
  yours: aProfile({ condition: "Yours" }),
  elsewhere: ofKinds({ group: "example.com" }),
  both: ofKinds({}, { plural: "topics", kind: "Topic" }),
};
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
      what: "leaves a profile alone that is about a kind of that name in another group",
      cluster: { profiles: ["elsewhere", { name: "v2", mode: "shadow" }] },
      steps: ["v2", "shadow", "own"],
      edit: { profiles: ["elsewhere", { name: "v2", mode: "own" }] },
      after: ["elsewhere own", "v2 own"],
    },
    {
      what: "makes a shadow of what owns the condition of one kind among several",
      cluster: { profiles: ["both", { name: "v2", mode: "shadow" }] },
      steps: ["v2", "shadow", "own"],
      edit: {
        profiles: [
          { name: "both", mode: "shadow" },
          { name: "v2", mode: "own" },
        ],
      },
      after: ["both shadow", "v2 own"],
    },
    {
      what: "of several kinds makes a shadow of what owns the condition of one of them",
      cluster: { profiles: ["other", { name: "both", mode: "shadow" }] },
      steps: ["both", "shadow", "own"],
      edit: {
        profiles: [
          { name: "other", mode: "shadow" },
          { name: "both", mode: "own" },
        ],
      },
      after: ["other shadow", "both own"],
    },
    {
      what: "of the only profile, in a mode of its own, is the next mode of that",
      cluster: { profiles: [{ name: "v1", mode: "observe" }] },
      steps: ["v1", "observe", "shadow"],
      edit: { profiles: [{ name: "v1", mode: "shadow" }] },
      after: ["v1 shadow"],
    },
    {
      what: "gives a cluster that has its profiles from the defaults a list of its own",
      cluster: {},
      defaults: { profiles: ["v1", { name: "v2", mode: "observe" }] },
      steps: ["v2", "observe", "shadow"],
      edit: { profiles: ["v1", { name: "v2", mode: "shadow" }] },
      after: ["v1 own", "v2 shadow"],
    },
    {
      what: "gives a cluster the profiles of its own ring, not of another",
      cluster: { labels: { ring: "late" } },
      defaults: {
        rings: [
          { when: "ring=canary", profiles: ["yours"] },
          { when: "ring=late", profiles: ["v1", { name: "v2", mode: "observe" }] },
        ],
      },
      steps: ["v2", "observe", "shadow"],
      edit: { profiles: ["v1", { name: "v2", mode: "shadow" }] },
      after: ["v1 own", "v2 shadow"],
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
