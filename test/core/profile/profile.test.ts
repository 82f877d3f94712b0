// What a profile names is found in each of its parts.

import { describe, expect, test } from "vitest";
import { judgedPaths } from "../../../functions/core/profile/paths.ts";
import { alertNames, kindsOf, messagesOf, type Profile, profileSchema } from "../../../functions/core/profile/profile.ts";
import { aProfile } from "../fleet/fleet-documents.ts";

const QUEUE = { group: "example.org", version: "v1", plural: "queues", kind: "Queue" };
const always = { status: "True", reason: "Idle", message: "Nothing to do.", formerly: ["Idle."] };
const profile = (more: Parameters<typeof aProfile>[0] = {}): Profile => profileSchema.parse(aProfile(more));
const aFlow = (more: object = {}) => ({ ...profile().flows[0], ...more });

describe("a profile names", () => {
  test("every message that it has or had: of rows, of what is unproven, of health, of other flows and of gates", () => {
    const says = { status: "False", reason: "Shut", message: "It is shut.", formerly: ["Shut."] };
    const all = profile({ gates: [{ condition: "Ready", is: "False", says }], flows: [aFlow(), { of: QUEUE, always }] });
    expect(messagesOf(all)).toEqual(["It is full.", "It is fine.", "It is fine.", "Nothing to do.", "Idle.", "It is shut.", "Shut."]);
  });

  test("each alert once, beside those of other profiles", () => {
    const one = profile({ flows: [aFlow(), { of: QUEUE, always }, aFlow()] });
    expect(alertNames([one, profile({ row: { alert: "TopicFull" } })])).toEqual(["QueueFull", "TopicFull"]);
  });

  test("each kind once: those of another group, version or name are others", () => {
    const others = [{ group: "example.com" }, { version: "v2" }, { plural: "oldqueues", kind: "OldQueue" }].map((other) => ({
      ...QUEUE,
      ...other,
    }));
    const all = profile({ flows: [QUEUE, ...others, QUEUE].map((of) => aFlow({ of })) });
    expect(kindsOf([all, profile()])).toEqual([QUEUE, ...others]);
  });
});

describe("of an object is looked at", () => {
  const when = { has: ["spec.a"], lacks: ["spec.b"], is: { "spec.c": true }, isNot: { "spec.d.e": 1 }, any: [{ has: ["spec.f"] }] };
  const paths = (...steps: readonly string[]) => steps.map((path) => path.split("."));

  test.each<{ what: string; flow: object; looked: readonly string[] }>([
    { what: "nothing where nothing is asked", flow: {}, looked: [] },
    { what: "what a flow asks", flow: { when }, looked: ["spec.a", "spec.b", "spec.c", "spec.d.e", "spec.f"] },
    { what: "what a row asks", flow: { rows: [{ alert: "A", reason: "A", message: "A", when: { has: ["spec.a"] } }] }, looked: ["spec.a"] },
    {
      what: "what an unproven verdict asks",
      flow: {
        unproven: [
          { reason: "A", message: "A", when: { lacks: ["spec.a"] } },
          { reason: "B", message: "B" },
        ],
      },
      looked: ["spec.a"],
    },
    { what: "nothing for a flow of another kind", flow: { of: { ...QUEUE, kind: "Topic" }, when }, looked: [] },
    { what: "nothing for a flow of another version", flow: { of: { ...QUEUE, version: "v2" }, when }, looked: [] },
    { what: "nothing for a flow of another group", flow: { of: { ...QUEUE, group: "example.com" }, when }, looked: [] },
  ])("$what", ({ flow, looked }) => {
    expect(judgedPaths([profile({ flows: [aFlow(flow)] })], QUEUE)).toEqual(paths(...looked));
  });

  test("what a flow without alerts asks", () => {
    expect(judgedPaths([profile({ flows: [{ of: QUEUE, when: { has: ["spec.a"] }, always }] })], QUEUE)).toEqual(paths("spec.a"));
  });

  test("the labels and the alias that name it, each once", () => {
    const identify = { name: "queue", unlabelled: "none" };
    const flow = aFlow({ rows: [{ alert: "A", reason: "A", message: "A", identify: { ...identify, resourceLabel: "app" } }] });
    const alias = { path: "spec.alias", pattern: "(.*)" };
    expect(judgedPaths([profile({ flows: [flow, flow], identify: { ...identify, resourceLabel: "queue", alias } })], QUEUE)).toEqual(
      paths("spec.alias", "metadata.labels.queue", "metadata.labels.app"),
    );
  });
});
