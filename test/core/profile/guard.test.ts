// A guard lets a share of the resources turn False, and never fewer than a handful.

import { expect, test } from "vitest";
import { allowedBy, guardSchema } from "../../../functions/core/profile/guard.ts";

test.each([
  { share: "10%", resources: 100, allowed: 10 },
  { share: "10%", resources: 59, allowed: 5 },
  { share: "10%", resources: 20, allowed: 3 },
  { share: "100%", resources: 40, allowed: 40 },
  { share: "1%", resources: 0, allowed: 3 },
])("a share of $share lets $allowed of $resources resources turn False", ({ share, resources, allowed }) => {
  expect(allowedBy(guardSchema.parse({ false: share }), resources)).toBe(allowed);
});
