// Holds how findings of many clusters become one entry.

import { expect, test } from "vitest";
import { failed, ok, warning } from "../../../functions/doctor/checks/check.ts";
import { groupsOf } from "../../../functions/doctor/checks/groups.ts";

const refused = (port: number) => failed("connection", `refused at ${port}`, "start it");
const fleet = [
  { cluster: "a", checks: [refused(1), warning("clock", "off", "set it")] },
  { cluster: "b", checks: [refused(2), ok("clock", "right")] },
  { cluster: "c", checks: [refused(2), warning("clock", "off", "set it"), failed("login", "401", "renew it")] },
];

test("groupsOf puts the worst first, and of those what most clusters have", () => {
  expect(groupsOf(fleet)).toEqual([
    {
      check: "connection",
      was: "failed",
      remedy: "start it",
      clusters: 3,
      findings: [
        { message: "refused at 2", clusters: ["b", "c"] },
        { message: "refused at 1", clusters: ["a"] },
      ],
    },
    { check: "login", was: "failed", remedy: "renew it", clusters: 1, findings: [{ message: "401", clusters: ["c"] }] },
    { check: "clock", was: "warning", remedy: "set it", clusters: 2, findings: [{ message: "off", clusters: ["a", "c"] }] },
    { check: "clock", was: "ok", clusters: 1, findings: [{ message: "right", clusters: ["b"] }] },
  ]);
});
