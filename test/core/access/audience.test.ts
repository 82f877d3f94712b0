// An audience names one server of one stage, or is listed by the deployment.

import { expect, test } from "vitest";
import { audienceOf, audienceProblem, sharedAudiences } from "../../../functions/core/access/audience.ts";

const origin = "https://api.example:6443";

test("the audience of a server names stage and origin, and needs no list", () => {
  expect(audienceOf("prod", origin)).toBe("alertstatus:prod:https://api.example:6443");
  expect(audienceProblem(audienceOf("prod", origin), origin, { stage: "prod", audiences: [] })).toBeUndefined();
});

test.each(["alertstatus:", "alertstatus:prod", "alertstatus:prod:", "alertstatus::https://api.example:6443"])(
  "the audience %s, of no server, is refused even where nothing is known",
  (audience) => {
    expect(audienceProblem(audience, origin, {})).toMatch(/^this is the audience of another server or stage/);
  },
);

test("servers without an audience of their own share none", () => {
  const uses = [{ origin }, undefined, { origin: "https://other.example" }, { audience: "a", origin }, { audience: "a", origin }];
  expect([...sharedAudiences(uses)]).toEqual([]);
  expect([...sharedAudiences([...uses, { audience: "a", origin: "https://other.example" }])]).toEqual(["a"]);
});
