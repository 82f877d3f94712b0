import { describe, expect, test } from "vitest";
import { kymaTelemetry } from "../../../functions/core/profile/kyma-telemetry.ts";
import { type Flow, isJudged, type Profile } from "../../../functions/core/profile/profile.ts";
import { ownConditions } from "../../../functions/core/verdict/ownership.ts";
import { planResource } from "../../../functions/core/verdict/plan.ts";
import { aResource, inMode, knowing } from "../../support/builders.ts";
import { ago, HEALTHY, NOW, OWN, SHADOW, standing, throttled, wrote } from "./written-conditions.ts";

describe("a condition is ours", () => {
  const reworded: Profile = { ...kymaTelemetry, flows: kymaTelemetry.flows.map(rewordHealthy) };
  const left = (profiles: readonly Profile[], conditions: readonly unknown[], managedFields: readonly unknown[] = []) => {
    const resource = aResource({ conditions, managedFields });
    return planResource(
      profiles.map((one) => inMode("own", one)),
      resource,
      knowing(throttled),
      NOW,
    ).judged[0]!.left;
  };
  const theirs = wrote("telemetry-manager", ago(1));
  const ours = wrote("alertstatus", ago(5));
  const entry = (manager: string, type: string, field = "f:message") =>
    wrote(manager, ago(9), { "f:status": { "f:conditions": { [`k:{"type":"${type}"}`]: { [field]: {} } } } });
  const other: Profile = { ...kymaTelemetry, condition: "Other" };

  test.each([
    { where: "in words of an earlier release", profiles: [reworded], conditions: [standing({ message: HEALTHY })] },
    {
      where: "in words of an earlier release, with details",
      profiles: [reworded],
      conditions: [standing({ message: `${HEALTHY} Details: value 1` })],
    },
    { where: "that we wrote last", conditions: [standing()], managedFields: [ours] },
    { where: "that we wrote after another", conditions: [standing()], managedFields: [wrote("telemetry-manager", ago(9)), ours] },
    { where: "whose message is ours by name", conditions: [standing()], managedFields: [entry("alertstatus", OWN)] },
    {
      where: "whose message is ours by name, beside a shadow and a later writer",
      conditions: [standing(), standing({ type: SHADOW })],
      managedFields: [entry("alertstatus", OWN), wrote("telemetry-manager", ago(1), { "f:status": { "f:conditions": { "k:{}": {} } } })],
    },
    {
      where: "in the words of the profile that gives way",
      profiles: [forgetful(), { ...kymaTelemetry }],
      conditions: [standing({ message: HEALTHY })],
      managedFields: [theirs],
    },
    {
      where: "that we wrote last, where a second profile wrote nothing",
      profiles: [kymaTelemetry, other],
      conditions: [standing()],
      managedFields: [ours],
    },
  ])("$where", ({ profiles = [kymaTelemetry], conditions, managedFields }) => {
    expect(left(profiles, conditions, managedFields)).toBeUndefined();
  });

  test.each([
    { where: "in words that are no profile's any more", conditions: [standing({ message: HEALTHY })], profiles: [forgetful()] },
    { where: "that another wrote after us", conditions: [standing()], managedFields: [ours, theirs] },
    { where: "whose message is another's by name", conditions: [standing()], managedFields: [entry("telemetry-manager", OWN)] },
    { where: "of which only the status is ours by name", conditions: [standing()], managedFields: [entry("alertstatus", OWN, "f:status")] },
    { where: "beside one whose message is ours by name", conditions: [standing()], managedFields: [entry("alertstatus", "Other")] },
    { where: "of a list that we wrote last for a shadow", conditions: [standing(), standing({ type: SHADOW })], managedFields: [ours] },
    {
      where: "of a list that we wrote last for another profile",
      profiles: [kymaTelemetry, other],
      conditions: [standing(), standing({ type: "Other" })],
      managedFields: [ours],
    },
  ])("not $where", ({ profiles = [kymaTelemetry], conditions, managedFields }) => {
    expect(left(profiles, conditions, managedFields)).toBe("contested");
  });
});

describe("what a cleanup takes away", () => {
  const types = (conditions: readonly object[], managedFields?: readonly unknown[], profile: Profile = kymaTelemetry) =>
    ownConditions([profile], aResource({ conditions, managedFields })).map(({ type }) => type);
  test.each([
    { what: "ours in our words", conditions: [standing({ message: HEALTHY })], taken: [OWN] },
    { what: "ours in our words with details", conditions: [standing({ message: `${HEALTHY} Details: value 1` })], taken: [OWN] },
    { what: "not one in foreign words", conditions: [standing()], taken: [] },
    { what: "the shadow, in whatever words", conditions: [standing({ type: SHADOW, message: "An older wording." })], taken: [SHADOW] },
    { what: "both where both are ours", conditions: [standing({ message: HEALTHY }), standing({ type: SHADOW })], taken: [OWN, SHADOW] },
    { what: "the shadow alone beside a foreign one", conditions: [standing(), standing({ type: SHADOW })], taken: [SHADOW] },
    { what: "nothing of another type, even in our words", conditions: [standing({ type: "GatewayHealthy", message: HEALTHY })], taken: [] },
    { what: "nothing where nothing is", conditions: [], taken: [] },
  ])("$what", ({ conditions, taken }) => {
    expect(types(conditions)).toEqual(taken);
  });

  test("ours in words of an earlier release", () => {
    const profile = { ...kymaTelemetry, flows: kymaTelemetry.flows.map(rewordHealthy) };
    expect(types([standing({ message: HEALTHY })], [], profile)).toEqual([OWN]);
  });

  test("ours by the field manager of its message, and not by the last writer of the list", () => {
    const fields = { "f:status": { "f:conditions": { [`k:{"type":"${OWN}"}`]: { "f:message": {} } } } };
    expect(types([standing()], [wrote("alertstatus", ago(1), fields)])).toEqual([OWN]);
    expect(types([standing()], [wrote("alertstatus", ago(1))])).toEqual([]);
  });
});

/** The flow, as a later release would have it that says "healthy" in other words. */
function rewordHealthy(flow: Flow): Flow {
  return isJudged(flow) ? { ...flow, healthy: { ...flow.healthy, message: "Fine.", formerly: ["Well.", HEALTHY] } } : flow;
}

/** A profile whose author has reworded a message, and not kept the old one. */
function forgetful(): Profile {
  const says = (flow: Flow) =>
    isJudged(flow)
      ? { ...flow, healthy: { ...flow.healthy, message: "Fine." } }
      : { ...flow, always: { ...flow.always, message: "Fine." } };
  return { ...kymaTelemetry, flows: kymaTelemetry.flows.map(says) };
}
