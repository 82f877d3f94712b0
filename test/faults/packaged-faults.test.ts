// Holds the packaged function to leaving the others as they are beside each odd object and each flood of one member; by `-- --all`.

import { afterAll, beforeAll, test } from "vitest";
import { faultAttacks } from "./attacks.ts";
import { expectUntouched, type PackagedLab, startPackagedLab } from "./packaged-lab.ts";

let lab: PackagedLab;
beforeAll(async () => {
  lab = await startPackagedLab(faultAttacks);
});
afterAll(() => lab?.close());

test.each(faultAttacks.map(({ name }, index) => ({ name, index })))("beside a member that $name", ({ index }) =>
  expectUntouched(lab, index),
);
