// Holds the packaged function, in the memory that it is deployed with, to leaving the others as they are, whatever one member does.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { ClusterOutcome } from "../../functions/core/outcome/outcome.ts";
import { PATIENTLY } from "../support/patience.ts";
import { faultAttacks, ownAttacks } from "./attacks.ts";
import { expectUntouched, type PackagedLab, startPackagedLab } from "./packaged-lab.ts";

const attacks = [...ownAttacks, ...faultAttacks];

let lab: PackagedLab;
beforeAll(async () => {
  lab = await startPackagedLab(attacks);
});
afterAll(() => lab?.close());

test("victims have three outcomes that differ", () => {
  expect(lab.untouched).toMatchObject([
    { resources: [{ was: "patched", condition: { status: "True" } }] },
    { resources: [{ was: "patched", condition: { status: "False" } }] },
    { resources: [] },
  ]);
});

// test/faults/faults.test.ts has the others one by one in one process, and packaged-faults.test.ts in this one, by `-- --all`.
test.each(ownAttacks.map(({ name }, index) => ({ name, index })))("beside a member that $name", ({ index }) => expectUntouched(lab, index));

// How many ticks it takes until there is time left for each victim depends on the machine: the verdicts do not.
test("beside all of them at once", async () => {
  const beside = async () => (await lab.beside(...attacks.keys())).map(conditionsOf);
  await expect.poll(beside, PATIENTLY).toEqual(lab.untouched.map(conditionsOf));
});

function conditionsOf({ resources }: Pick<ClusterOutcome, "resources">): readonly unknown[] {
  return resources.map((resource) => "condition" in resource && resource.condition);
}
