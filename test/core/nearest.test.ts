// Holds the nearest names to what people mistype, and keeps far names out of messages.

import { describe, expect, test } from "vitest";
import { orNearest } from "../../functions/core/nearest.ts";

const CLUSTERS = Array.from({ length: 300 }, (_, index) => `prod-eu-${index + 1}`);
const FIELDS = ["name", "labels", "profiles", "mode", "paused", "events", "kubernetes", "alerts"];

describe("orNearest finds", () => {
  test.each([
    { wrong: ["kubconfig"], names: FIELDS, says: "; kubernetes?" },
    { wrong: ["alert"], names: FIELDS, says: "; alerts?" },
    { wrong: ["Mode"], names: FIELDS, says: "; mode?" },
    { wrong: ["pord-eu-12"], names: CLUSTERS, says: "; prod-eu-12, prod-eu-1, prod-eu-10?" },
    { wrong: ["eu-1", "us-2"], names: ["eu-11", "us-21", "ap-3"], says: "; eu-11, us-21?" },
    { wrong: ["zebra"], names: FIELDS, says: "" },
    { wrong: ["x".repeat(10_000)], names: ["x".repeat(10_001)], says: "" },
    { wrong: ["anything"], names: [], says: "" },
  ])("for $wrong $says", ({ wrong, names, says }) => {
    expect(orNearest(wrong, names)).toBe(says);
  });
});
